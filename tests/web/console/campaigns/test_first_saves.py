"""The first save of the editor makes a draft; signing out clears what its browser keeps."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.lists import make_list

NEW = "/console/campaigns/documents"
WORDS = {"type": "text", "text": "Neuf"}
BLOCK = {"type": "paragraph", "attrs": {"id": "4b6p391k4g"}, "content": [WORDS]}
DOCUMENT = {"version": 1, "type": "doc", "content": [BLOCK]}


@pytest.fixture
def list_id(app: Flask) -> str:
    """Make a list, and let tests post without a token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return str(make_list().id)


def test_the_first_save_of_the_editor_makes_a_draft(
    organiser_client: FlaskClient, list_id: str
) -> None:
    sent = {"document": DOCUMENT, "mailing_list_id": list_id, "language": "fr", "subject": "Samedi"}
    answer = organiser_client.post(NEW, json=sent)
    made: Any = answer.json
    assert (answer.status_code, made["revision"], made["faults"]) == (201, 1, [])
    stored: Any = organiser_client.get(made["urls"]["document"]).json
    assert stored["document"] == DOCUMENT


def test_unseen_characters_of_a_pasted_subject_are_left_out(
    organiser_client: FlaskClient, list_id: str
) -> None:
    sent = {"document": DOCUMENT, "mailing_list_id": list_id, "language": "fr"}
    subjects = {"subject": "un\x00deux\x85", "preheader": "\x0btrois"}
    made: Any = organiser_client.post(NEW, json=sent | subjects).json
    stored: Any = organiser_client.get(made["urls"]["document"]).json
    assert (stored["subject"], stored["preheader"]) == ("un deux", "trois")


@pytest.mark.parametrize("sent", [{"document": DOCUMENT}, {"document": "no"}, []])
def test_a_first_save_without_a_list_or_a_document_says_so(
    organiser_client: FlaskClient, list_id: str, sent: Any
) -> None:
    answer = organiser_client.post(NEW, json=sent)
    assert answer.status_code == 422
    assert set(answer.json or {}) >= {"error", "words"}


def test_signing_out_has_no_header_that_empties_the_tablet_of_a_stall(
    organiser_client: FlaskClient, list_id: str
) -> None:
    assert b"js/stored-texts" in organiser_client.get("/console/").data
    assert "Clear-Site-Data" not in organiser_client.post("/console/sign-out").headers
