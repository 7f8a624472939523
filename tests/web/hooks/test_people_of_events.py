"""The events of a provider and real people: the right ones, once, and nobody by forgery."""

from dataclasses import replace
from itertools import permutations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.database import db
from supporters.extensions import current_settings
from supporters.feedback.queries import list_arrivals
from supporters.lists.models import Subscription
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.people.models import Subscriber
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch_to_addresses, send, subscriber_at
from tests.feedback.providers import test_brevo
from tests.feedback.providers.tokens import BREVO, basic
from tests.machinery.prepared_states import begins_with

ORDERS = [*permutations(range(3))]


def sent(_app: Flask) -> int:
    """Send a campaign to three people; return its id."""
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    send()
    return campaign_id


pytestmark = begins_with(sent)


def event_on(campaign_id: int, address: str, kind: str, **more: object) -> dict[str, object]:
    """Return an event of Brevo about the email to a person."""
    writer = EnvelopeWriter(current_settings(), campaign_id)
    token = writer.sign(subscriber_at(address).id)
    return {**test_brevo.USUAL, "event": kind, "X-Mailin-custom": token, **more}


def state() -> tuple[list[str], list[str]]:
    """Return who can't be reached, and who is on a list."""
    db.session.expire_all()
    lost = db.select(Subscriber.id).where(Subscriber.unreachable_since.is_not(None))
    return (
        sorted(map(str, db.session.scalars(lost))),
        sorted(map(str, db.session.scalars(db.select(Subscription.subscriber_id)))),
    )


@pytest.mark.parametrize("order", ORDERS)
def test_shuffled_and_doubled_events_reach_the_same_people(
    app: Flask, client: FlaskClient, prepared: int, order: tuple[int, ...]
) -> None:
    app.extensions["settings"] = replace(current_settings(), provider=BREVO)
    events = [
        event_on(prepared, ANNA, "hard_bounce", reason="550 5.1.1 User unknown"),
        event_on(prepared, BORIS, "complaint"),
        event_on(prepared, CHLOE, "hard_bounce", reason="550 5.7.1 rejected as spam"),
    ]
    for number in (*order, *order):
        answer = client.post("/hooks/brevo", json=events[number], headers=basic())
        assert answer.status_code == 200
    assert len(list_arrivals()) == len(events)
    anna, chloe = (str(subscriber_at(each).id) for each in (ANNA, CHLOE))
    assert state() == ([anna], sorted([anna, chloe]))


def test_forged_events_on_everybody_change_nobody(
    app: Flask, client: FlaskClient, prepared: int
) -> None:
    app.extensions["settings"] = replace(current_settings(), provider=BREVO)
    before = state()
    for address in (ANNA, BORIS, CHLOE):
        for kind in ("hard_bounce", "complaint", "unsubscribe"):
            event = event_on(prepared, address, kind, reason="550 5.1.1 User unknown")
            token = str(event["X-Mailin-custom"])
            forged = token[:-1] + ("a" if token[-1] != "a" else "b")
            for each in (forged, address, ""):
                client.post(
                    "/hooks/brevo", json={**event, "X-Mailin-custom": each}, headers=basic()
                )
            assert client.post("/hooks/brevo", json=event).status_code == 401
    assert state() == before
