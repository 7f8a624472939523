"""Refusals in the dialogue follow the rules of mailbox health; deliveries end soft failures."""

from collections.abc import Callable

import pytest
from flask import Flask

from supporters.bounce_classes.classes import BounceClass
from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction, update_where
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.models import Delivery
from supporters.delivery.rules import RETRIES, DeliveryStatus, SkipReason
from supporters.mailbox_health.models import RecordedFailure
from supporters.mailbox_health.queries import count_unreachable_of
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    DEFERRED,
    RecordingTransport,
    delivery_to,
    launch,
    launch_to_addresses,
    ledger,
    make_due,
    reload,
    subscriber_at,
)
from tests.factories.lists import make_list
from tests.factories.returned.failures import fail
from tests.factories.signups import make_subscriber
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

DEAD = RelayReply(AttemptOutcome.REFUSED, "550 5.1.1")
BARE = RelayReply(AttemptOutcome.REFUSED, "550")
OF_US = RelayReply(AttemptOutcome.REFUSED, "550 5.7.1")


def to_anna(reply: RelayReply) -> Callable[[str], RelayReply]:
    """Return the answers of a relay that says this about one address."""
    return lambda recipient: reply if recipient == ANNA else ACCEPTED


def failures() -> list[tuple[BounceClass, str | None, str, bool]]:
    db.session.rollback()
    rows = db.session.scalars(db.select(RecordedFailure).order_by(RecordedFailure.id))
    return [(each.bounce_class, each.code, each.domain, each.was_accepted) for each in rows]


def test_a_refused_mailbox_is_not_written_to_by_the_next_campaign(app: Flask) -> None:
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    first, second = launch(mailing_list), launch(mailing_list, "Encore")
    with transaction():
        update_where(Delivery, Delivery.campaign_id == second, status=DeliveryStatus.QUEUED)
    send_here(RecordingTransport(to_anna(DEAD)))
    assert failures() == [(BounceClass.NO_MAILBOX, "5.1.1", "example.org", False)]
    assert subscriber_at(ANNA).unreachable_because is BounceClass.NO_MAILBOX
    assert subscriber_at(BORIS).unreachable_since is None
    assert count_unreachable_of(first) == 1
    assert delivery_to(second, ANNA).reply in (SkipReason.UNREACHABLE, "550 5.1.1")


def test_who_is_found_to_be_unreachable_after_the_launch_is_skipped(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    fail(subscriber_at(ANNA))
    relay = RecordingTransport()
    send_here(relay)
    assert [to for to, _ in relay.taken] == [BORIS]
    skipped = delivery_to(campaign_id, ANNA)
    assert (skipped.status, skipped.reply) == (DeliveryStatus.SKIPPED, SkipReason.UNREACHABLE)


def test_a_bare_refusal_is_a_soft_failure(app: Flask) -> None:
    launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport(to_anna(BARE)))
    assert [each[0] for each in failures()] == [BounceClass.UNKNOWN]
    assert subscriber_at(ANNA).unreachable_since is None


def test_an_email_that_waited_for_days_is_a_soft_failure(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with transaction():
        update_where(Delivery, Delivery.campaign_id == campaign_id, attempts=len(RETRIES))
    make_due(campaign_id)
    send_here(RecordingTransport(to_anna(DEFERRED)))
    assert [each[0] for each in failures()] == [BounceClass.EXPIRED]


def test_a_relay_that_refuses_us_punishes_nobody(app: Flask) -> None:
    campaign_id = launch_to_addresses(*(f"p{each}@example.org" for each in range(60)))
    send_here(RecordingTransport(lambda _: OF_US))
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert (failures(), {*ledger(campaign_id).values()}) == ([], {DeliveryStatus.QUEUED})


def test_a_relay_that_knows_no_mailbox_at_all_punishes_nobody(app: Flask) -> None:
    addresses = [f"p{each}@example.org" for each in range(60)]
    campaign_id = launch_to_addresses(*addresses)
    send_here(RecordingTransport(lambda _: DEAD))
    assert DeliveryStatus.REFUSED not in ledger(campaign_id).values()
    assert failures() == []
    assert [each for each in addresses if subscriber_at(each).unreachable_since] == []


def test_a_delivery_ends_the_soft_failures_before(app: Flask) -> None:
    launch_to_addresses(ANNA, BORIS)
    fail(subscriber_at(ANNA), BounceClass.FULL)
    send_here(RecordingTransport())
    db.session.rollback()
    assert db.session.scalars(db.select(RecordedFailure.accepted_since)).all() == [1]


def test_a_batch_without_a_failure_costs_no_statement_more(app: Flask) -> None:
    launch_to_addresses(ANNA, BORIS)
    with statements() as said:
        send_here(RecordingTransport())
    about_health = [each for each in said if "mailbox_failure" in each]
    assert (len(said) > 0, about_health) == (True, [])
