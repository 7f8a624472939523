"""Templates and pieces in the console: saved, renamed, deleted; the answers for the editor."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.campaigns.beginnings.models import TeamText, TextKind
from supporters.campaigns.beginnings.queries import find_team_text, list_team_texts
from supporters.database import db
from tests.factories.accounts import csrf_token_on, make_organiser, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.team_texts import make_piece, make_template
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

TEMPLATES, PIECES = "/console/templates", "/console/pieces"
WORDS = {"type": "paragraph", "content": [{"type": "text", "text": "À bientôt"}]}
DOCUMENT = json.dumps({"version": 1, "type": "doc", "content": [WORDS]})


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an organiser who reads English."""
    signed_in = sign_in(app, make_organiser())
    speak_english(signed_in)
    return signed_in


def send(browser: FlaskClient, **fields: str) -> TestResponse:
    """Save a piece as the editor does."""
    headers = {"X-CSRFToken": csrf_token_on(browser, TEMPLATES), "Accept": "application/json"}
    piece = {"name": "Signature", "language": "fr", "document": DOCUMENT, **fields}
    return browser.post(PIECES, data=piece, headers=headers)


def saved(kind: TextKind) -> list[TeamText]:
    """Return what is stored."""
    db.session.rollback()
    return [*list_team_texts(kind)]


def test_a_campaign_becomes_a_template_of_the_team(browser: FlaskClient) -> None:
    campaign = make_campaign(make_list(), "Le train", "Il est *sauvé*.")
    page = f"/console/campaigns/{campaign.id}"
    assert f"{page}/template" in browser.get(page).text
    answer = press(browser, f"{page}/template", name="Bonne nouvelle")
    assert "saved for the whole team" in followed(browser, answer)
    (template,) = saved(TextKind.TEMPLATE)
    assert (template.name, template.subject) == ("Bonne nouvelle", "Le train")
    assert "Bonne nouvelle" in browser.get(TEMPLATES).text
    again = press(browser, f"{page}/template", name="Bonne nouvelle")
    assert (again.status_code, "of this name already" in again.text) == (422, True)
    unnamed = press(browser, f"{page}/template", name="")
    assert (unnamed.status_code, "a name that the team knows" in unnamed.text) == (422, True)


def test_a_template_is_renamed_and_deleted(browser: FlaskClient) -> None:
    template, other = make_template("Un"), make_template("Deux")
    page = f"{TEMPLATES}/{template.id}"
    assert press(browser, page, name="Deux").status_code == 422
    assert "Trois" in followed(browser, press(browser, page, name="Trois"))
    assert "It is deleted" in followed(browser, post(browser, f"{page}/delete"))
    assert [each.id for each in saved(TextKind.TEMPLATE)] == [other.id]
    assert browser.get(page).status_code == 404
    assert post(browser, f"{page}/delete").status_code == 404


def test_the_editor_saves_a_piece_and_inserts_it(browser: FlaskClient) -> None:
    answer = send(browser)
    assert (answer.status_code, answer.json["name"]) == (201, "Signature")
    read = browser.get(answer.json["url"]).json
    assert read["document"]["content"][0]["content"] == WORDS["content"]
    (piece,) = saved(TextKind.PIECE)
    assert find_team_text(piece.id) is not None
    make_list()
    assert f'data-choice="piece:{PIECES}/{piece.id}"' in browser.get("/console/campaigns/new").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give it a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "Pris"}, "of this name already"),
        ({"document": "{}"}, "can’t be in a message"),
        ({"document": "x"}, "arrived damaged"),
    ],
)
def test_a_refused_piece_has_a_sentence(
    browser: FlaskClient, fields: dict[str, str], words: str
) -> None:
    make_piece("Pris")
    answer = send(browser, **fields)
    assert answer.status_code == 422
    assert words in answer.json["words"]
    assert len(saved(TextKind.PIECE)) == 1
