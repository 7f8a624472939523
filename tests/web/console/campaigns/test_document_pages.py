"""The document of a draft in JSON: saved with a revision, and no refusal without a sentence."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supporters import MAX_REQUEST_BYTES, clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.document.stored_document import MAX_DOCUMENT
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.public.pages import press

Json = dict[str, Any]
ID = "4b6p391k4g"
TRY_AGAIN = {"error", "words"}


def make_draft(_app: Flask) -> int:
    """Make a list with a subscriber and a draft; return the draft's id."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    return make_campaign(mailing_list, body="Bonjour *à tous*.").id


pytestmark = begins_with(make_draft)


@pytest.fixture
def place(app: Flask, prepared: int) -> str:
    """Return the address of the draft's document."""
    app.config["WTF_CSRF_ENABLED"] = False
    return f"/console/campaigns/{prepared}/document"


def document(text: str = "Bonjour", **mark: Any) -> Json:
    run: Json = {"type": "text", "text": text, **({"marks": [mark]} if mark else {})}
    block = {"type": "paragraph", "attrs": {"id": ID}, "content": [run]}
    return {"version": 1, "type": "doc", "content": [block]}


def save(
    client: FlaskClient, place: str, revision: int | None = 1, *, data: object = None, **fields: Any
) -> TestResponse:
    """Save a draft as the editor does."""
    headers = {} if revision is None else {"If-Match": f'"{revision}"'}
    body = data if data is not None else json.dumps({"document": document(), **fields})
    return client.put(place, data=body, headers=headers, content_type="application/json")


def kinds(answer: TestResponse) -> list[tuple[str | None, str]]:
    return [(fault["block_id"], fault["kind"]) for fault in answer.json["faults"]]  # type: ignore[index]


def the_campaign(place: str) -> Campaign:
    """Return the campaign as it is stored."""
    return reload(int(place.split("/")[3]))


def test_a_draft_in_markdown_is_read_as_a_document(
    organiser_client: FlaskClient, place: str
) -> None:
    answer = organiser_client.get(place)
    words = answer.json["document"]["content"][0]["content"]  # type: ignore[index]
    assert [run["text"] for run in words] == ["Bonjour ", "à tous", "."]
    assert (answer.headers["ETag"], answer.json["revision"]) == ('"1"', 1)  # type: ignore[index]


def test_a_save_is_stored_with_its_markdown(organiser_client: FlaskClient, place: str) -> None:
    answer = save(organiser_client, place, document=document("Un"), subject="Samedi")
    stored = the_campaign(place)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (stored.subject, stored.body, stored.revision) == ("Samedi", "Un\n", 2)
    shown = organiser_client.get(place).json["document"]  # type: ignore[index]
    assert shown == document("Un")


def test_what_is_not_sent_stays(organiser_client: FlaskClient, place: str) -> None:
    save(organiser_client, place, preheader="Avant tout")
    assert (the_campaign(place).subject, the_campaign(place).language) == ("Des nouvelles", "fr")


def test_faults_come_back_with_their_blocks(organiser_client: FlaskClient, place: str) -> None:
    link = {"type": "link", "attrs": {"href": "/agenda"}}
    answer = save(organiser_client, place, document=document("ici", **link), subject="Re: x")
    assert answer.status_code == 200
    assert kinds(answer) == [
        (None, "subject_poses_as_reply"),
        (ID, "link_without_scheme"),
        (ID, "link_text_vague"),
    ]
    assert all(fault["words"] for fault in answer.json["faults"])  # type: ignore[index]


def test_a_picture_that_is_not_there_is_told_at_once(
    organiser_client: FlaskClient, place: str
) -> None:
    image = {"type": "image", "attrs": {"id": ID, "image": "img_gone", "alt": "La salle"}}
    saved = save(organiser_client, place, document={**document(), "content": [image]})
    assert kinds(saved) == [(ID, "picture_unknown")]


def test_the_second_of_two_who_save_learns_who_was_first(
    organiser_client: FlaskClient, owner_client: FlaskClient, place: str
) -> None:
    save(owner_client, place, document=document("Le sien"))
    answer = save(organiser_client, place, document=document("Le mien"))
    told = answer.json
    assert told is not None
    assert (answer.status_code, told["revision"]) == (412, 2)
    assert "owner@parti.example" in told["by"]
    assert the_campaign(place).body == "Le sien\n"


def test_words_that_a_browser_stored_go_into_the_history_alone(
    organiser_client: FlaskClient, place: str
) -> None:
    words = {"document": document("Gardé"), "mailing_list_id": "gone", "at": 1_700_000_000_000}
    address = place.replace("document", "rescued")
    answers = [organiser_client.post(address, json=words) for _press in range(2)]
    page = place.replace("document", "history/2")
    assert [(each.status_code, each.json) for each in answers] == [(201, {"url": page})] * 2
    assert (the_campaign(place).revision, the_campaign(place).body) == (1, "Bonjour *à tous*.")
    assert "<ins>" in organiser_client.get(page).text
    assert "Gardé" in organiser_client.get(page).text
    listed = organiser_client.get(place.replace("document", "history")).text
    assert "Gardé par un navigateur" in listed
    assert organiser_client.post(address, json={"at": "x"}).status_code == 422
    assert organiser_client.post(address, json={**words, "at": 1e99}).status_code == 201


def test_the_same_save_twice_is_no_conflict(organiser_client: FlaskClient, place: str) -> None:
    for _lost_answer in range(2):
        answer = save(organiser_client, place, document=document("Un"))
        assert (answer.status_code, answer.json["revision"]) == (200, 2)  # type: ignore[index]


def test_a_save_names_its_revision(organiser_client: FlaskClient, place: str) -> None:
    for tag in [None, "", "x", '"x"', "*", '"99999999999"', '"1", "2"']:
        headers = {} if tag is None else {"If-Match": tag}
        answer = organiser_client.put(place, json={"document": document()}, headers=headers)
        assert answer.status_code == 428
        assert {*(answer.json or {})} == TRY_AGAIN


def test_what_is_no_document_gets_a_sentence(organiser_client: FlaskClient, place: str) -> None:
    cases = [
        *((body, 422, "not_json") for body in ("", "{", "[]", "null", '{"subject": "\\ud800"}')),
        *(("[" * 9_999, 422, "not_json"), (b"\xff", 422, "not_json")),
        ('{"document": {"content": [{"type": "script"}]}}', 422, "unknown_block"),
        ('{"document": {"version": 9, "content": []}}', 422, "newer_version"),
        *((body, 422, "unknown_part") for body in ("{}", '{"document": 7}')),
        ("x" * (MAX_DOCUMENT + 20_000), 413, "too_large"),
        (json.dumps({"document": document("x" * MAX_DOCUMENT)}), 413, "too_large"),
        (b" " * (MAX_REQUEST_BYTES + 1), 413, "too_large"),
    ]
    for body, status, kind in cases:
        answer = save(organiser_client, place, data=body)
        told: Mapping[str, Any] = answer.json or {}
        assert (answer.status_code, told["faults"][0]["kind"]) == (status, kind)
        assert told["words"]
        assert the_campaign(place).revision == 1


def test_a_refused_link_names_its_block(organiser_client: FlaskClient, place: str) -> None:
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    answer = save(organiser_client, place, document=document("x", **link))
    assert (answer.status_code, kinds(answer)) == (422, [(ID, "refused_link")])


@pytest.mark.parametrize(
    "fields", [{"subject": "x" * 201}, {"language": "xx"}, {"mailing_list_id": "99"}]
)
def test_a_wrong_field_gets_a_sentence(
    organiser_client: FlaskClient, place: str, fields: Json
) -> None:
    answer = save(organiser_client, place, **fields)
    assert answer.status_code == 422
    assert answer.json["faults"][0]["field"] in fields  # type: ignore[index]


def test_a_frozen_message_is_changed_only_on_purpose(
    organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    _freeze(prepared)
    answer = save(organiser_client, place)
    assert (answer.status_code, answer.json["error"]) == (409, "frozen")  # type: ignore[index]
    assert save(organiser_client, place, void_approval=True).status_code == 200
    assert the_campaign(place).status is CampaignStatus.DRAFT


def _freeze(campaign_id: int) -> None:
    from supporters.delivery.approval import ask_approval

    assert not isinstance(ask_approval(campaign_id, None), str)
    assert reload(campaign_id).status is CampaignStatus.AWAITING_APPROVAL


def test_a_launched_campaign_stays_as_it_was_sent(
    organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    launch_ready(prepared)
    answer = save(organiser_client, place)
    assert (answer.status_code, answer.json["error"]) == (409, "no_draft")  # type: ignore[index]
    assert the_campaign(place).body == "Bonjour *à tous*."


def test_an_ended_session_is_said_in_json(app: Flask, place: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = save(app.test_client(), place)
    assert (answer.status_code, answer.json["error"]) == (401, "signed_out")  # type: ignore[index]
    asked = app.test_client().get(place, headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json["sign_in"]) == (401, "/console/sign-in")  # type: ignore[index]


def test_an_old_token_is_replaced_by_a_new_one(
    app: Flask, organiser_client: FlaskClient, place: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = save(organiser_client, place)
    token = answer.json["csrf_token"]  # type: ignore[index]
    headers = {"If-Match": '"1"', "X-CSRFToken": token}
    again = organiser_client.put(place, json={"document": document()}, headers=headers)
    assert (answer.status_code, again.status_code) == (400, 200)


def test_a_page_that_is_being_closed_saves_by_a_form(
    organiser_client: FlaskClient, place: str
) -> None:
    fields = {"revision": "1", "document": json.dumps(document("Fin")), "subject": "Samedi"}
    assert organiser_client.post(place, data=fields).status_code == 200
    assert (the_campaign(place).subject, the_campaign(place).body) == ("Samedi", "Fin\n")


def test_one_record_tells_ten_minutes_of_saves(
    organiser_client: FlaskClient, owner_client: FlaskClient, place: str
) -> None:
    def type_on(client: FlaskClient, minute: int, revision: int) -> None:
        with time_machine.travel(clock.now() + timedelta(minutes=minute), tick=False):
            saved = save(client, place, revision, document=document(f"Texte {revision}"))
            assert saved.status_code == 200

    for revision, minute in enumerate((0, 1, 9, 11), start=1):
        type_on(organiser_client, minute, revision)
    type_on(owner_client, 12, 5)
    type_on(organiser_client, 13, 6)
    acts = select(AuditEvent).where(AuditEvent.act == CampaignAct.EDITED.value)
    events = db.session.scalars(acts.order_by(AuditEvent.id)).all()
    revisions = [json.loads(event.details)["revision"] for event in events]
    assert revisions == [2, 5, 6, 7]


def test_the_form_without_the_editor_goes_on_with_the_same_text(
    organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    save(organiser_client, place, document=document("Un *mot*"))
    page = f"/console/campaigns/{prepared}/edit"
    assert "Un \\*mot\\*" in organiser_client.get(page).text
    fields = {"mailing_list_id": "1", "language": "fr", "subject": "Samedi"}
    press(organiser_client, page, **fields, body="Un \\*mot\\*\n\n## Deux")
    blocks = organiser_client.get(place).json["document"]["content"]  # type: ignore[index]
    assert [(each["type"], each["attrs"]["id"] == ID) for each in blocks] == [
        ("paragraph", True),
        ("heading", False),
    ]


def test_the_calendar_file_of_a_meeting_has_an_address_that_only_its_readers_know(
    app: Flask, organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    attrs = {"title": "Réunion; débat, vote", "starts_at": "2026-12-03T19:00", "place": "Lyon"}
    meeting = {"version": 1, "type": "doc", "content": [{"type": "event", "attrs": attrs}]}
    save(organiser_client, place, document=meeting)
    shown = organiser_client.get(f"/console/campaigns/{prepared}/preview.html").text
    address = shown.partition('href="http://localhost')[2].partition('"')[0]
    file = app.test_client().get(address)
    assert (file.status_code, file.mimetype) == (200, "text/calendar")
    lines = file.text.split("\r\n")
    assert "DTSTART:20261203T180000Z" in lines
    assert "SUMMARY:Réunion\\; débat\\, vote" in lines
    assert app.test_client().get(f"/meetings/{prepared}/{'0' * 22}.ics").status_code == 404
