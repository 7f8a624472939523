"""Deletes expired cases, deliveries, disclosures, pictures, drafts and events of the audit log.

Nothing of a restricted person is deleted (GDPR article 18, REQ-30).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select

from supporters.audit.verification_results import LogAct
from supporters.audit_log.audit_events import AUDITED, AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.history.saved_texts import purge_saved_texts
from supporters.campaigns.models import Campaign
from supporters.campaigns.pictures.stored_pictures import purge_unused_pictures
from supporters.campaigns.trash import purge_trash
from supporters.cases.models import Case
from supporters.consent.erasure_records import record_erasure
from supporters.consent.record_forms import DISCLOSED, EXPORTED
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.database import db, delete_where, transaction
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import BATCHES_PURGED_TOGETHER
from supporters.delivery.sealed_ledgers.ledger_sealing import end_ledger
from supporters.dialects import in_values
from supporters.ids import first_id_of
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogEntry

DISCLOSURES_PER_TRANSACTION = 1_000
EVENTS_PER_TRANSACTION = 1_000
FAILURE_DAYS = 396  # thirteen months: whoever is unreachable stays so, with the reason
# Without them, what an owner accepted or allowed would be a fault of the log again.
RETAINED_ACTS = (
    LogAct.RESTORATION_ACKNOWLEDGED.value,
    LogAct.HOLD_LIFTED.value,
    CampaignAct.APPROVAL_RULE_CHANGED.value,
)


@dataclass
class Tally:
    """How many rows were past a limit, and what was done."""

    looked_at: int = 0
    deleted: int = 0
    asked: int = 0
    errors: int = 0


def all_deleted(count: int) -> Tally:
    """Return the tally of a category in which every expired row was deleted."""
    return Tally(looked_at=count, deleted=count)


def purge_cases(days: int, now: datetime) -> Tally:
    """Delete cases that were closed more than so many days ago, with their histories."""
    with transaction():
        count = delete_where(
            Case,
            Case.closed_at < now - timedelta(days=days),
            or_(Case.subscriber_id.is_(None), ~_is_restricted(Case.subscriber_id)),
        )
    return all_deleted(count)


def purge_deliveries(days: int, now: datetime) -> Tally:
    """Delete the deliveries of campaigns that ended long ago, and what came back.

    The latter stays for thirteen months at most. The counts stay.
    """
    before = now - timedelta(days=days)
    with transaction():
        delete_where(
            RecordedFailure,
            RecordedFailure.occurred_at < now - timedelta(days=min(days, FAILURE_DAYS)),
            ~_is_restricted(RecordedFailure.subscriber_id),
        )
    ended = db.session.scalars(
        select(Campaign.id)
        .where(
            Campaign.finished_at < before,
            exists().where(Delivery.campaign_id == Campaign.id),
        )
        .order_by(Campaign.id)
    ).all()
    return all_deleted(sum(_purge_campaign(campaign_id, now) for campaign_id in ended))


def _purge_campaign(campaign_id: int, now: datetime) -> int:
    """Delete the first batches first, some at a time, so that no transaction waits for long."""
    numbers = db.session.scalars(
        select(DeliveryBatch.number)
        .where(DeliveryBatch.campaign_id == campaign_id)
        .order_by(DeliveryBatch.number)
    ).all()
    count = 0
    with transaction():
        end_ledger(campaign_id, now)
    for first in range(0, len(numbers), BATCHES_PURGED_TOGETHER):
        with transaction():
            count += delete_where(
                Delivery,
                Delivery.campaign_id == campaign_id,
                in_values(Delivery.batch, numbers[first : first + BATCHES_PURGED_TOGETHER]),
                ~_is_restricted(Delivery.subscriber_id),
            )
    return count


def purge_disclosures(days: int, now: datetime) -> Tally:
    """Delete disclosures that are older than so many days; the log records the erasure."""
    count = 0
    while gone := _purge_some_disclosures(now - timedelta(days=days), now):
        count += gone
    return all_deleted(count)


def _purge_some_disclosures(before: datetime, now: datetime) -> int:
    """Delete some disclosures, with an erasure that lists the entries nobody can open."""
    with transaction():
        found = db.session.execute(
            select(func.coalesce(LogEntry.kind, DISCLOSED), Disclosure.id)
            .outerjoin(
                LogEntry,
                and_(LogEntry.kind.in_([DISCLOSED, EXPORTED]), LogEntry.record_id == Disclosure.id),
            )
            .where(
                Disclosure.occurred_at < before,
                or_(Disclosure.subscriber_id.is_(None), ~_is_restricted(Disclosure.subscriber_id)),
            )
            .order_by(Disclosure.id)
            .limit(DISCLOSURES_PER_TRANSACTION)
        ).all()
        if not found:
            return 0
        record_erasure([(kind, each) for kind, each in found], ErasureReason.EXPIRED, now=now)
        delete_where(Disclosure, in_values(Disclosure.id, [each for _, each in found]))
    return len(found)


def purge_pictures(days: int, now: datetime) -> Tally:
    """Delete pictures that no campaign has used for so many days."""
    return all_deleted(purge_unused_pictures(now - timedelta(days=days)))


def purge_drafts(days: int, now: datetime) -> Tally:
    """Delete drafts that are in the trash for so many days, and old texts of sent campaigns."""
    before = now - timedelta(days=days)
    return all_deleted(purge_trash(before, now) + purge_saved_texts(before))


def purge_audit_events(days: int, now: datetime) -> Tally:
    """Delete events of the audit log that are older than so many days, as disclosures are."""
    count = 0
    while gone := _purge_some_events(now - timedelta(days=days), now):
        count += gone
    return all_deleted(count)


def _purge_some_events(before: datetime, now: datetime) -> int:
    with transaction():
        ids = db.session.scalars(
            select(AuditEvent.id)
            .where(AuditEvent.id < first_id_of(before), AuditEvent.act.not_in(RETAINED_ACTS))
            .order_by(AuditEvent.id)
            .limit(EVENTS_PER_TRANSACTION)
        ).all()
        if not ids:
            return 0
        record_erasure([(AUDITED, each) for each in ids], ErasureReason.EXPIRED, now=now)
        delete_where(AuditEvent, in_values(AuditEvent.id, ids))
    return len(ids)


def _is_restricted(
    subscriber_id: SQLColumnExpression[int | None] | SQLColumnExpression[int],
) -> ColumnElement[bool]:
    return exists().where(Subscriber.id == subscriber_id, Subscriber.restricted_at.is_not(None))
