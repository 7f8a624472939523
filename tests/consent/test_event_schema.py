"""The record of each kind of event has every field that a proof of consent needs (REQ-16).

The fields are those of ISO/IEC TS 27560: header, processing, parties, event.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit.log_verification import verify
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.consent_events import make_log_record
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import (
    object_to_everything,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.mail.models import EmailKind
from supporters.mailbox_health.mailbox_failures import MailboxFailure, record_failures
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.my_data.address_change import request_address_change
from supporters.my_data.unsubscription_undo import undo_unsubscription
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.transparency_log.models import LogEntry
from tests.audit.first_form import use_first_form, use_first_request_form, use_second_request_form
from tests.factories.consent.reconfirmation import accept, ask_one, token_in
from tests.factories.corrections import EVIDENCE, press_undo
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import (
    ADDRESS,
    confirm_token,
    make_subscriber_with_snapshot,
    request_to_join,
)
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.either_database

SHOWN = "<!DOCTYPE html><title>Page</title><p>Comme montrée</p>"
HASH, MOMENT = r"[0-9a-f]{64}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
NUMBER = r"[1-9]\d*"

OF_ALL = {
    "schema": r"supporters\.consent/1",
    "event_schema": r"supporters\.event/3",
    "id": NUMBER,
    "person": HASH,
    "holder": HASH,
    "method": "|".join(Method),
    "occurred_at": MOMENT,
    "basis": r"9\(2\)\(a\)",
    "controller.id": NUMBER,
    "controller.name": r".+",
    "controller.address": r".+",
    "controller.contact": r".+@.+",
    "controller.data_protection_officer": r".+@.+",
}
OF_A_PURPOSE = {"purpose": NUMBER}
OF_A_TEXT = {
    **OF_A_PURPOSE,
    "wording.id": NUMBER,
    "wording.version": NUMBER,
    "wording.language": "fr|en",
    "wording.sha256": HASH,
    "page.id": NUMBER,
    "page.sha256": HASH,
    "page_url": r"https?://.+",
    "requested_at": MOMENT,
}
OF_AN_EMAIL = {"email.status": "unsettled"}  # none was sent
OF_A_YES = {**OF_A_TEXT, "request": NUMBER, "evidence": HASH, **OF_AN_EMAIL}
REQUIRED: Mapping[EventKind, Mapping[str, str]] = {
    EventKind.REQUESTED: OF_A_TEXT,
    EventKind.CONFIRMED: OF_A_YES,
    EventKind.RENEWED: OF_A_YES,
    EventKind.WITHDRAWN: OF_A_PURPOSE,
    EventKind.RECONFIRMATION_REQUESTED: OF_A_PURPOSE,
    EventKind.OBJECTED: {},
    EventKind.RESTRICTED: {},
    EventKind.RESTRICTION_LIFTED: {},
    EventKind.ADDRESS_CHANGED: OF_AN_EMAIL,
    EventKind.CORRECTED: OF_A_PURPOSE,
    EventKind.UNREACHABLE: {},
    EventKind.REACHABLE: {},
}


def add_nothing(person: Subscriber) -> None:
    """Add no event after the signup."""


def reconfirm(person: Subscriber) -> None:
    """Ask for reconfirmation after a change, and accept it."""
    joined = db.session.get_one(ConsentEvent, person.joined_event_id)
    assert joined.purpose_id is not None
    email = ask_one(person, joined.purpose_id)
    accept(token_in(email), joined.purpose_id, joined.page_snapshot_id)


def fail_and_come_back(person: Subscriber) -> None:
    """Let the person's mailbox vanish, and then confirm its address anew."""
    failure = MailboxFailure(
        subscriber_id=person.id,
        bounce_class=BounceClass.NO_MAILBOX,
        status="5.1.1",
        campaign_id=None,
        domain="",
        occurred_at=clock.now(),
    )
    assert record_failures([failure], clock.now()) == [person.id]
    with transaction():
        reset_unreachable(person.address_mac, clock.now())


def restrict_and_lift(person: Subscriber) -> None:
    restrict_person(person.id, Method.MY_DATA)
    lift_restriction(person.id, Method.MY_DATA)


def change_address(person: Subscriber) -> None:
    request_address_change(person.id, parse_address("new@example.net"), "fr")
    email = emails_to("new@example.net", EmailKind.NEW_ADDRESS)[-1]
    confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])


def leave_and_undo(person: Subscriber) -> None:
    """Leave the list by its page, and undo it."""
    ((subscription, _list),) = list_subscriptions_of(person.id)
    key = (person.id, subscription.mailing_list_id)
    unsubscribe_from_list(*key, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(*key, press_undo())


ACTS: Mapping[EventKind, Callable[[Subscriber], object]] = {
    EventKind.REQUESTED: add_nothing,
    EventKind.CONFIRMED: add_nothing,
    EventKind.RENEWED: reconfirm,
    EventKind.WITHDRAWN: lambda person: unsubscribe_from_every_list(person.id, Method.PAGE),
    EventKind.RECONFIRMATION_REQUESTED: reconfirm,
    EventKind.OBJECTED: lambda person: object_to_everything(person.id),
    EventKind.RESTRICTED: restrict_and_lift,
    **dict.fromkeys((EventKind.UNREACHABLE, EventKind.REACHABLE), fail_and_come_back),
    EventKind.RESTRICTION_LIFTED: restrict_and_lift,
    EventKind.ADDRESS_CHANGED: change_address,
    EventKind.CORRECTED: leave_and_undo,
}


@made_once
def person(app: Flask) -> Subscriber:
    """Return a person who confirmed a request from a page with a snapshot."""
    return make_subscriber_with_snapshot(ADDRESS, make_list(), SHOWN)


def sealed_of(person: Subscriber, kind: EventKind) -> dict[str, Any]:
    """Return the sealed fields of a person's newest event of a kind. Its entry must match."""
    db.session.expire_all()
    event = db.session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.subscriber_id == person.id, ConsentEvent.kind == kind)
        .order_by(ConsentEvent.id.desc())
    ).first()
    assert event is not None
    record = make_log_record(event, log_salt=person.log_salt)
    entry = db.session.get_one(LogEntry, (record.kind, record.id))
    assert entry.commitment == record.commitment
    sealed: dict[str, Any] = json.loads(record.text)
    return sealed


def find_faults(sealed: Mapping[str, Any], schema: Mapping[str, str]) -> dict[str, object]:
    """Return the fields that are missing or have a wrong value."""
    flat = {
        f"{name}.{inner}" if isinstance(value, dict) else name: each
        for name, value in sealed.items()
        for inner, each in (value.items() if isinstance(value, dict) else [("", value)])
    }
    return {
        name: flat.get(name)
        for name, pattern in schema.items()
        if flat.get(name) is None or not re.fullmatch(pattern, str(flat[name]))
    }


@pytest.mark.parametrize("kind", EventKind)
def test_each_kind_of_event_is_sealed_with_all_required_fields(
    person: Subscriber, kind: EventKind
) -> None:
    ACTS[kind](person)
    sealed = sealed_of(person, kind)
    assert find_faults(sealed, {**OF_ALL, **REQUIRED[kind], "kind": kind.value}) == {}


def test_a_consent_names_the_controller_of_its_page(app: Flask) -> None:
    old = current_settings().party_name
    public_id = request_to_join(ADDRESS, make_list())
    rename_party(app, "Le Nouveau Parti")
    person = confirm(public_id)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    kinds = (EventKind.REQUESTED, EventKind.CONFIRMED, EventKind.WITHDRAWN)
    named = [sealed_of(person, kind)["controller"]["name"] for kind in kinds]
    assert named == [old, old, "Le Nouveau Parti"]
    assert verify(clock.now()).faults == []


def confirm(public_id: str) -> Subscriber:
    """Confirm a request; return the subscriber."""
    confirmed = confirm_by_link(confirm_token(public_id))
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def test_the_first_events_keep_their_form_and_still_verify(person: Subscriber) -> None:
    use_first_form()
    sealed = sealed_of(person, EventKind.CONFIRMED)
    assert not {"event_schema", "basis", "controller"} & {*sealed}
    assert verify(clock.now()).faults == []


@pytest.mark.both_databases
def test_a_request_of_the_first_form_can_be_confirmed(app: Flask) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    use_first_request_form(public_id)
    person = confirm(public_id)
    assert "controller" not in sealed_of(person, EventKind.REQUESTED)
    assert sealed_of(person, EventKind.CONFIRMED)["controller"]["name"]
    assert verify(clock.now()).faults == []


@pytest.mark.both_databases
def test_a_request_sealed_before_the_third_form_keeps_its_own_when_it_is_confirmed(
    app: Flask,
) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    use_second_request_form(public_id)
    person = confirm(public_id)
    asked = sealed_of(person, EventKind.REQUESTED)
    assert asked["event_schema"] == "supporters.event/2"
    assert not {"holder", "surface", "origin", "typed_at", "form"} & {*asked}
    confirmed = sealed_of(person, EventKind.CONFIRMED)
    assert confirmed["event_schema"] == "supporters.event/3"
    assert verify(clock.now()).faults == []


def test_an_act_without_a_page_says_who_ran_it(person: Subscriber) -> None:
    """The method tells the button of a visitor; it doesn't tell a command from the console."""
    said = {}
    for actor in (*ActorKind,):
        with acting_as(Actor(actor, account_id=None)):
            restrict_and_lift(person)
        said[actor] = sealed_of(person, EventKind.RESTRICTED)["surface"]
    assert said == {
        ActorKind.ACCOUNT: "console",
        ActorKind.COMMAND: "command",
        ActorKind.WORKER: "worker",
        ActorKind.VISITOR: None,
    }


@pytest.mark.parametrize(
    "kind", [EventKind.RENEWED, EventKind.ADDRESS_CHANGED, EventKind.CORRECTED]
)
def test_an_act_on_the_page_of_a_link_says_so(person: Subscriber, kind: EventKind) -> None:
    ACTS[kind](person)
    assert sealed_of(person, kind)["surface"] == "link-page"
