"""The first save makes a draft; of two people who write in it, no text is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import list_campaigns
from supporters.campaigns.trash import trash_draft
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import destroy, make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.public.pages import hidden_values, press

NEW = "/console/campaigns/new"
FATES: dict[str, Callable[[int], object]] = {
    "launched": launch_ready,
    "trashed": lambda campaign_id: trash_draft(campaign_id, None),
    "deleted": destroy,
}
WRITTEN = {"language": "fr", "subject": "Samedi, au marché", "body": "Bonjour **à tous**."}
DOCUMENTS = "/console/campaigns/documents"
WORDS = {"type": "text", "text": "Neuf"}
BLOCK = {"type": "paragraph", "attrs": {"id": "4b6p391k4g"}, "content": [WORDS]}
DOCUMENT = {"version": 1, "type": "doc", "content": [BLOCK]}


def drafts() -> list[Campaign]:
    """Return the stored campaign."""
    return [campaign for campaign, _ in list_campaigns()]


@pytest.fixture
def list_id(app: Flask) -> str:
    """Make a list, and let tests post without a token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return str(make_list().id)


@pytest.mark.parametrize("fate", ["launched", "trashed", "deleted"])
def test_the_text_outlives_a_draft_that_was_launched_or_deleted_meanwhile(
    organiser_client: FlaskClient, fate: str
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign = make_campaign(mailing_list, "Samedi")
    edit = f"/console/campaigns/{campaign.id}/edit"
    opened = hidden_values(organiser_client.get(edit).text)
    FATES[fate](campaign.id)
    typed = {**opened, **WRITTEN, "mailing_list_id": str(mailing_list.id), "body": "Mon texte."}
    lost = organiser_client.post(edit, data=typed)
    assert (lost.status_code, "Mon texte." in lost.text) == (409, True)
    assert f'action="{NEW}"' in lost.text
    organiser_client.post(NEW, data=typed)
    assert drafts()[0].body == "Mon texte."


def test_of_two_who_write_at_once_neither_loses_a_word(
    organiser_client: FlaskClient, owner_client: FlaskClient
) -> None:
    campaign = make_campaign(make_list())
    edit = f"/console/campaigns/{campaign.id}/edit"
    fields = {**WRITTEN, "mailing_list_id": str(campaign.mailing_list_id)}
    mine = {**hidden_values(organiser_client.get(edit).text), **fields, "body": "Le mien."}
    press(owner_client, edit, **{**fields, "body": "Le sien."})
    both = organiser_client.post(edit, data=mine)
    assert both.status_code == 409
    assert all(each in both.text for each in ("Le mien.", "Le sien.", "owner@parti.example"))
    assert reload(campaign.id).body == "Le sien."
    organiser_client.post(edit, data={**mine, **hidden_values(both.text)})
    assert reload(campaign.id).body == "Le mien."


def test_the_second_writer_can_keep_theirs_as_a_draft_of_its_own(
    organiser_client: FlaskClient, owner_client: FlaskClient
) -> None:
    campaign = make_campaign(make_list())
    edit = f"/console/campaigns/{campaign.id}/edit"
    fields = {**WRITTEN, "mailing_list_id": str(campaign.mailing_list_id)}
    mine = {**hidden_values(organiser_client.get(edit).text), **fields, "body": "Le mien."}
    press(owner_client, edit, **{**fields, "body": "Le sien."})
    organiser_client.post(edit, data={**mine, "as_new": "yes"})
    assert [each.body for each in drafts()] == ["Le mien.", "Le sien."]


def test_saving_twice_at_once_is_no_conflict(organiser_client: FlaskClient) -> None:
    campaign = make_campaign(make_list())
    edit = f"/console/campaigns/{campaign.id}/edit"
    fields = {**WRITTEN, "mailing_list_id": str(campaign.mailing_list_id)}
    typed = {**hidden_values(organiser_client.get(edit).text), **fields}
    assert [organiser_client.post(edit, data=typed).status_code for _ in range(2)] == [303, 303]


def test_the_first_save_of_the_editor_makes_a_draft(
    organiser_client: FlaskClient, list_id: str
) -> None:
    sent = {"document": DOCUMENT, "mailing_list_id": list_id, "language": "fr", "subject": "Samedi"}
    answer = organiser_client.post(DOCUMENTS, json=sent)
    made: Any = answer.json
    assert (answer.status_code, made["revision"], made["faults"]) == (201, 1, [])
    stored: Any = organiser_client.get(made["urls"]["document"]).json
    assert stored["document"] == DOCUMENT


def test_unseen_characters_of_a_pasted_subject_are_left_out(
    organiser_client: FlaskClient, list_id: str
) -> None:
    sent = {"document": DOCUMENT, "mailing_list_id": list_id, "language": "fr"}
    subjects = {"subject": "un\x00deux\x85", "preheader": "\x0btrois"}
    made: Any = organiser_client.post(DOCUMENTS, json=sent | subjects).json
    stored: Any = organiser_client.get(made["urls"]["document"]).json
    assert (stored["subject"], stored["preheader"]) == ("un deux", "trois")


@pytest.mark.parametrize("sent", [{"document": DOCUMENT}, {"document": "no"}, []])
def test_a_first_save_without_a_list_or_a_document_says_so(
    organiser_client: FlaskClient, list_id: str, sent: Any
) -> None:
    answer = organiser_client.post(DOCUMENTS, json=sent)
    assert answer.status_code == 422
    assert set(answer.json or {}) >= {"error", "words"}


def test_signing_out_has_no_header_that_empties_the_tablet_of_a_stall(
    organiser_client: FlaskClient, list_id: str
) -> None:
    assert b"script/stored-texts" in organiser_client.get("/console/").data
    assert "Clear-Site-Data" not in organiser_client.post("/console/sign-out").headers
