"""The events of a provider and real people: the right ones, once, and nobody by forgery."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.delivery.after_sending.models import COMPLAINTS
from supporters.delivery.after_sending.return_counts import list_returns
from supporters.extensions import current_settings
from supporters.feedback.models import Effect
from supporters.feedback.queries import list_arrivals
from supporters.lists.models import Subscription
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.mailbox_health.models import RecordedFailure
from supporters.web.hooks import webhook_pages
from tests.factories.campaigns import launch_to_addresses, send, subscriber_at
from tests.feedback.providers import test_brevo
from tests.feedback.providers.tokens import BREVO, basic
from tests.machinery.prepared_states import begins_with
from tests.machinery.threads import at_once

PEOPLE = [f"reader{number}@example.org" for number in range(51)]
ABOUT_THE_MAILBOX = [
    ("deferred", "421 4.7.0 try again later"),
    ("soft_bounce", "452 4.2.2 mailbox full"),
    ("hard_bounce", "550 5.1.1 User unknown"),
    ("blocked", "blocked : due to blacklist user"),
]
ABOUT_US = [("deferred", "421 4.7.0 later"), ("hard_bounce", "550 5.7.1 rejected as spam")]
BY_THE_READER = [("complaint", ""), ("unsubscribed", "")]
Stream = Sequence[tuple[str, str]]
Event = dict[str, object]
# Three kinds of stream; people of one kind get the same events, each in an order of their own.
STREAMS: Sequence[Stream] = (
    [*ABOUT_THE_MAILBOX, *BY_THE_READER],
    [*ABOUT_US, *BY_THE_READER],
    [*ABOUT_THE_MAILBOX[:-1], *ABOUT_US],
)
ORDERS = len(PEOPLE) // len(STREAMS)


def sent(_app: Flask) -> int:
    """Send a campaign to people; return its id."""
    campaign_id = launch_to_addresses(*PEOPLE)
    send()
    return campaign_id


pytestmark = begins_with(sent)


def event_on(campaign_id: int, address: str, kind: str, **more: object) -> Event:
    """Return an event of Brevo about the email to a person."""
    writer = EnvelopeWriter(current_settings(), campaign_id)
    token = writer.sign(subscriber_at(address).id)
    named = {"event": kind, "email": address, "X-Mailin-custom": token}
    return {**test_brevo.USUAL, **named, **more}


def state_of(address: str) -> tuple[object, ...]:
    """Return what is known of a person: may they be written to, and what came back."""
    person = subscriber_at(address)
    lists = db.select(Subscription.mailing_list_id).filter_by(subscriber_id=person.id)
    known = db.select(RecordedFailure.bounce_class).filter_by(subscriber_id=person.id)
    return (
        person.unreachable_because,
        bool(db.session.scalars(lists).all()),
        is_suppressed(person.address_mac, [EVERYTHING], clock.now()),
        *db.session.scalars(known),
    )


def shuffled_batches(campaign_id: int) -> list[list[Event]]:
    """Return batches with the events of all people, each twice and in an order of its person."""
    batches: list[list[Event]] = []
    for number, address in enumerate(PEOPLE):
        stream = STREAMS[number % len(STREAMS)]
        every = [*permutations(stream)]
        order = every[number // len(STREAMS) * len(every) // ORDERS]
        for step, (kind, reason) in enumerate((*order, *order)):
            batches.extend([] for _ in range(step + 1 - len(batches)))
            batches[step].append(event_on(campaign_id, address, kind, reason=reason))
    return batches


def assert_all_ended_alike(campaign_id: int) -> None:
    """Check that people of one stream are in one state, and that each event acted once."""
    db.session.rollback()
    for number, expected in enumerate(
        [
            (BounceClass.NO_MAILBOX, False, True, BounceClass.NO_MAILBOX),
            (None, False, True, BounceClass.CONTENT),
            (BounceClass.NO_MAILBOX, True, False, BounceClass.NO_MAILBOX),
        ]
    ):
        assert {state_of(each) for each in PEOPLE[number :: len(STREAMS)]} == {expected}
    assert list_returns([campaign_id])[campaign_id] == {
        BounceClass.NO_MAILBOX: 2 * ORDERS,
        BounceClass.FULL: 2 * ORDERS,
        BounceClass.POLICY: ORDERS,
        BounceClass.CONTENT: 2 * ORDERS,
        COMPLAINTS: 2 * ORDERS,
    }


@pytest.fixture
def brevo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the application its provider, and all the time that a busy machine needs."""
    app.extensions["settings"] = replace(current_settings(), provider=BREVO)
    monkeypatch.setattr(webhook_pages, "LONGEST", 600.0)


@pytest.mark.both_databases
def test_shuffled_and_doubled_streams_end_in_the_same_state(
    client: FlaskClient, brevo: None, prepared: int
) -> None:
    for batch in shuffled_batches(prepared):
        assert client.post("/hooks/brevo", json=batch, headers=basic()).status_code == 200
    assert_all_ended_alike(prepared)


@pytest.mark.both_databases
def test_the_same_events_at_the_same_moment_act_once(
    app: Flask, brevo: None, prepared: int
) -> None:
    for batch in shuffled_batches(prepared)[: len(STREAMS[0])]:

        def deliver(batch: list[Event] = batch) -> int:
            answer = app.test_client().post("/hooks/brevo", json=batch, headers=basic())
            return answer.status_code

        assert {*at_once(app, deliver, workers=8)} == {200}
    assert_all_ended_alike(prepared)


def test_forged_events_and_those_of_another_installation_change_nobody(
    client: FlaskClient, brevo: None, prepared: int
) -> None:
    before = [state_of(each) for each in PEOPLE[:3]]
    theirs = replace(current_settings(), secret_keys=("another party's" * 3,))
    sign = EnvelopeWriter(theirs, prepared).sign
    for address in PEOPLE[:3]:
        for kind in ("hard_bounce", "complaint", "unsubscribe"):
            event = event_on(prepared, address, kind, reason="550 5.1.1 User unknown")
            token = str(event["X-Mailin-custom"])
            forged = token[:-1] + ("a" if token[-1] != "a" else "b")
            foreign = sign(subscriber_at(address).id)
            for each in (forged, foreign, address, ""):
                client.post(
                    "/hooks/brevo", json={**event, "X-Mailin-custom": each}, headers=basic()
                )
            assert client.post("/hooks/brevo", json=event).status_code == 401
    assert [state_of(each) for each in PEOPLE[:3]] == before
    assert {each.effect for each in list_arrivals()} == {Effect.IGNORED_NO_TOKEN}
