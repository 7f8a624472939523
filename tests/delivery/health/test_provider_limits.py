"""A provider whose people complain, or that refuses us, gets half for a day, by itself."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.health.domain_counts import store_domain_counts
from supporters.delivery.health.provider_limits import LIMITS, is_too_many, lower_for_health
from supporters.delivery.pace.ceilings import lift_lowering, lower_ceiling
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.reports.report import ReportKind
from supporters.people.domain_groups import DomainGroup
from supporters.tasks import count_domains
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import launch_to_addresses, send, subscriber_at
from tests.factories.returned.failures import fail
from tests.factories.returned.feedback import report_on
from tests.machinery.prepared_states import begins_with
from tests.machinery.threads import at_once

ORANGE, FREE = DomainGroup.ORANGE, DomainGroup.FREE
COMPLAINTS, REFUSALS = LoweringReason.COMPLAINTS, LoweringReason.REFUSALS
DOMAINS = ("orange.fr", "wanadoo.fr")
OURS = [f"o{number:03}@{DOMAINS[number % 2]}" for number in range(120)]
OTHERS = [f"f{number:02}@free.fr" for number in range(40)]


def sent(_app: Flask) -> int:
    """Send a campaign to people at two providers, and count it; return its id."""
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    send()
    store_domain_counts(clock.now())
    return campaign_id


pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app"), begins_with(sent)]


def complain(campaign_id: int, *addresses: str) -> None:
    """Let people press the spam button."""
    for each in addresses:
        apply_report(report_on(campaign_id, each, ReportKind.COMPLAINT), Source.IMAP, clock.now())


def lowered() -> dict[DomainGroup, LoweringReason | None]:
    """Return the providers whose ceilings are lower now, and why."""
    db.session.rollback()
    rows = db.session.scalars(db.select(DomainCeiling).where(DomainCeiling.lowered_by > 1))
    return {each.domain_group: each.lowered_because for each in rows}


def test_complaints_lower_the_ceiling_of_their_provider_alone(prepared: int) -> None:
    complain(prepared, *OURS[:2], OTHERS[0])
    count_domains()
    assert lowered() == {}
    complain(prepared, OURS[2])
    count_domains()
    assert lowered() == {ORANGE: COMPLAINTS}
    event = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.act == DeliveryAct.CEILING_LOWERED)
    ).one()
    assert json.loads(event.details)["because"] == COMPLAINTS
    sealed = db.select(db.func.count()).where(LogEntry.record_id == event.id)
    assert db.session.scalar(sealed) == 1


@pytest.mark.parametrize(
    ("bounce_class", "people", "found"),
    [
        (BounceClass.REPUTATION, 10, {ORANGE: REFUSALS}),
        (BounceClass.REPUTATION, 9, {}),
        (BounceClass.FULL, 60, {}),
        (BounceClass.NO_MAILBOX, 60, {}),
    ],
)
def test_refusals_of_us_lower_it_and_dead_mailboxes_do_not(
    prepared: int,
    bounce_class: BounceClass,
    people: int,
    found: dict[DomainGroup, LoweringReason],
) -> None:
    for each in OURS[:people]:
        fail(subscriber_at(each), bounce_class, campaign_id=prepared)
    lower_for_health(clock.now())
    assert lowered() == found


def test_the_same_complaints_lower_it_once_and_an_owner_can_end_it(prepared: int) -> None:
    complain(prepared, *OURS[:4])
    now = clock.now()
    assert lower_for_health(now) == [ORANGE]
    for hours in (1, 2, 23):
        assert lower_for_health(now + timedelta(hours=hours)) == []
    assert lift_lowering(ORANGE)
    assert lower_for_health(now + timedelta(hours=2)) == []
    assert lowered() == {}
    with time_machine.travel(now + timedelta(hours=3)):
        complain(prepared, *OURS[4:7])
        assert lower_for_health(clock.now()) == [ORANGE]


def test_complaints_of_an_earlier_day_count_no_more(prepared: int) -> None:
    complain(prepared, *OURS[:4])
    assert lower_for_health(clock.now() + timedelta(days=1, minutes=1)) == []


def test_workers_that_hear_of_a_limit_at_once_lower_it_once(app: Flask) -> None:
    now = clock.now()
    changed = at_once(app, lambda: lower_ceiling(FREE, LoweringReason.RATE_LIMIT, now), workers=4)
    assert sorted(changed) == [False, False, False, True]


@pytest.mark.parametrize(
    ("reason", "count", "sent_emails", "expected"),
    [
        (COMPLAINTS, 3, 1_000, True),
        (COMPLAINTS, 29, 10_000, False),
        (COMPLAINTS, 2, 100, False),
        (COMPLAINTS, 50, 99, False),
        (REFUSALS, 50, 1_000, True),
        (REFUSALS, 499, 10_000, False),
    ],
)
def test_the_limits_are_shares_of_what_left(
    reason: LoweringReason, count: int, sent_emails: int, expected: bool
) -> None:
    assert is_too_many(reason, count, sent_emails) is expected
    assert reason in LIMITS
