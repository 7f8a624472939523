"""The sealed record says where a form was filled in, as the browser, server or tablet told it."""

import dataclasses
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.config import Settings
from supporters.consent.consent_events import make_log_record
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.evidence.evidence_disclosure import disclose_evidence, render_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.signup.models import SignupRequest
from supporters.transparency_log.models import LogEntry
from tests.factories.forms import make_form
from tests.factories.my_data import open_my_data
from tests.factories.signups import confirm_token
from tests.markup import Markup
from tests.signup.test_encrypted_signups import encrypt
from tests.web.public.signup.test_elsewhere import FRAME, OURS, PROGRAM, STALL, THEIRS, fill

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("mailing_list")]

SITE = "/fr/join/national"
NOWHERE = {"origin": None, "typed_at": None, "form": None}
ACTION = re.compile(r'<form method="post" action="([^"]+)"')


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with another site of the party."""
    return dataclasses.replace(settings, form_origins=(OURS,))


def open_frame(client: FlaskClient, **headers: str) -> tuple[str, str]:
    """Open the form in a frame; return its page, and the address that it is sent to."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    html = client.get(FRAME, headers=told).text
    found = ACTION.search(html)
    return html, unescape(found[1]) if found else FRAME


def sign_up_in_frame(client: FlaskClient, **headers: str) -> TestResponse:
    html, action = open_frame(client, **headers)
    return client.post(action, data=fill(html))


def send_as_program(client: FlaskClient, **headers: str) -> TestResponse:
    """Fill in the form from its description, and send it as JSON."""
    form = client.get(PROGRAM).get_json()
    boxes = {each["field"]: each["value"] for each in form["boxes"]}
    fields = {**form["send_back"], **boxes, "is_15": "y", "email": "camille@example.org"}
    return client.post(PROGRAM, json=fields, headers=headers)


def confirm_newest() -> list[dict[str, Any]]:
    """Confirm the newest request; return the sealed places of the request and the confirmation."""
    db.session.rollback()
    request = db.session.scalars(select(SignupRequest).order_by(SignupRequest.id.desc())).first()
    assert request is not None
    confirmed = confirm_by_link(confirm_token(request.public_id))
    assert isinstance(confirmed, ConfirmedSignup)
    seal()
    return [*list_places(confirmed.subscriber_id)]


def list_places(subscriber_id: int) -> Iterator[dict[str, Any]]:
    """Yield the place in each sealed record of a person, oldest first. Its entry must match."""
    person = db.session.get_one(Subscriber, subscriber_id)
    events = select(ConsentEvent).where(ConsentEvent.subscriber_id == subscriber_id)
    for event in db.session.scalars(events.order_by(ConsentEvent.id)):
        record = make_log_record(event, log_salt=person.log_salt)
        entry = db.session.get_one(LogEntry, (record.kind, record.id))
        assert entry.commitment == record.commitment
        sealed = json.loads(record.text)
        yield {name: sealed[name] for name in ("surface", *NOWHERE)}


def twice(surface: str, **told: object) -> list[dict[str, object]]:
    """Return the same place for a request and its confirmation."""
    return [{**NOWHERE, "surface": surface, **told}] * 2


def test_the_form_on_our_site(client: FlaskClient) -> None:
    client.post(SITE, data=fill(client.get(SITE, headers={"Referer": f"{THEIRS}/"}).text))
    assert confirm_newest() == twice("site")


def test_a_frame_names_the_site_that_the_browser_told(client: FlaskClient) -> None:
    told = {"Referer": f"{OURS}/actions?page=2", "Sec_Fetch_Dest": "iframe"}
    assert sign_up_in_frame(client, **told).status_code == 303
    assert confirm_newest() == twice("frame", origin=OURS)


def test_a_frame_of_a_stranger_names_the_stranger(client: FlaskClient) -> None:
    sign_up_in_frame(client, Referer=f"{THEIRS}:8443/copy")
    assert confirm_newest() == twice("frame", origin=f"{THEIRS}:8443")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"Referer": OURS, "Sec_Fetch_Dest": "document"},
        {"Referer": "javascript:alert(1)"},
        {"Referer": f"https://{'a' * 250}.example/"},
        {"Referer": "https://[::1"},
    ],
)
def test_without_a_usable_name_no_site_is_recorded(
    client: FlaskClient, told: dict[str, str]
) -> None:
    assert sign_up_in_frame(client, **told).status_code == 303
    assert confirm_newest() == twice("frame")


def test_a_corrected_form_in_a_frame_still_names_its_site(client: FlaskClient) -> None:
    html, action = open_frame(client, Referer=OURS)
    faulty = client.post(action, data={**fill(html), "email": "nobody"})
    assert faulty.status_code == 422
    found = ACTION.search(faulty.text)
    assert found is not None
    client.post(unescape(found[1]), data=fill(faulty.text))
    assert confirm_newest() == twice("frame", origin=OURS)


def test_a_page_that_sends_json_is_named_by_its_browser(client: FlaskClient) -> None:
    answer = send_as_program(client, Origin=OURS.upper(), **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 202
    assert confirm_newest() == twice("program", origin=OURS)


def test_a_server_that_sends_json_names_itself_or_nobody(client: FlaskClient) -> None:
    assert send_as_program(client, Origin=OURS).status_code == 202
    assert confirm_newest() == twice("program", origin=OURS)


def test_a_server_without_an_origin_is_not_named(client: FlaskClient) -> None:
    assert send_as_program(client).status_code == 202
    assert confirm_newest() == twice("program")


def test_a_stall_with_network(client: FlaskClient) -> None:
    client.post(STALL, data=fill(client.get(STALL).text))
    assert confirm_newest() == twice("stall")


def test_a_stall_that_waited_tells_when_it_was_typed(client: FlaskClient) -> None:
    key = client.get("/stall-key").get_json()["key"]
    then = clock.now() - timedelta(hours=5)
    milliseconds = int(then.timestamp() * 1000)
    sealed = encrypt({**fill(client.get(STALL).text), "typed_at": milliseconds}, key)
    assert client.post(f"{STALL}/kept", data={"sealed": sealed}).status_code == 202
    typed = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="microseconds")
    assert confirm_newest() == twice("stall", typed_at=typed.replace("+00:00", "Z"))


@pytest.mark.parametrize("place", ["join", "stall"])
def test_a_form_of_the_team_is_in_the_record(
    client: FlaskClient, mailing_list: MailingList, place: str
) -> None:
    form_id, page = make_form(mailing_list).id, f"/fr/{place}/gare"
    assert client.post(page, data=fill(client.get(page).text)).status_code == 303
    surface = {"join": "site", "stall": "stall"}[place]
    assert confirm_newest() == twice(surface, form=form_id)


def test_the_records_of_all_surfaces_are_as_they_were_sealed(client: FlaskClient) -> None:
    sign_up_in_frame(client, Referer=OURS)
    confirm_newest()
    assert verify(clock.now()).faults == []
    assert db.session.scalars(
        select(ConsentEvent.record_form).where(ConsentEvent.kind == EventKind.CONFIRMED)
    ).all() == [3]


def test_a_person_and_the_party_read_it_in_their_language(client: FlaskClient) -> None:
    sign_up_in_frame(client, Referer=OURS)
    confirm_newest()
    person = db.session.scalars(select(Subscriber)).one()
    list_id = db.session.scalars(select(MailingList.id)).one()
    why = current_tokens().sign(TokenPurpose.WHY, [person.id, list_id, 0])
    receipt = sign_receipt_link(person.joined_event_id)
    open_my_data(client, person.address)
    surfaces = {"en": "a frame of another site", "fr": "un cadre d’un autre site"}
    for language, surface in surfaces.items():
        for page in (f"why/{why}", f"receipt/{receipt}", "my-data/everything"):
            words = Markup(client.get(f"/{language}/{page}").text).words
            assert (page, surface in words, OURS in words) == (page, True, True)
    assert disclose_evidence(person.id, asked_by="dpo@parti.example", reason="complaint")
    pack = json.loads(json.dumps(gather_evidence(person, now=clock.now())))
    assert [(each["surface"], each["origin"]) for each in pack["events"]] == [("frame", OURS)] * 2
    for language, surface in surfaces.items():
        words = Markup(render_evidence(pack, language)).words
        assert (language, words.count(surface), words.count(OURS) >= 2) == (language, 2, True)
