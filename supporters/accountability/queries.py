"""Reads for the compliance checks: deliveries, imports and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, select

from supporters.audit_log.audit_events import AUDITED, AuditEvent
from supporters.campaigns.models import Campaign
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.record_forms import DISCLOSED, EXPORTED
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.imports.models import ListImport
from supporters.lists.models import MailingList
from supporters.personal_data.acts import PersonAct
from supporters.transparency_log.models import LogEntry

CONSENTS = (EventKind.CONFIRMED, EventKind.RENEWED)


@dataclass(frozen=True, kw_only=True)
class ImportCounts:
    """The numbers of approved imports: lists, people invited, people who confirmed."""

    lists: int
    asked: int
    confirmed: int


@dataclass(frozen=True, kw_only=True)
class ExportCounts:
    """The numbers of exports: all, those in the log, and the time of the last one."""

    made: int
    in_the_log: int
    last_at: datetime | None


def count_mails_with_consent(*, limit: int) -> tuple[int, int]:
    """Return the number of the newest emails, and how many have a consent of their reader."""
    newest = (
        select(Delivery.subscriber_id, Delivery.consent_event_id)
        .order_by(Delivery.campaign_id.desc(), Delivery.subscriber_id.desc())
        .limit(limit)
        .subquery()
    )
    has_consent = and_(
        ConsentEvent.subscriber_id == newest.c.subscriber_id, ConsentEvent.kind.in_(CONSENTS)
    )
    mails, with_consent = db.session.execute(
        select(func.count(), func.count(case((has_consent, 1)))).select_from(
            newest.outerjoin(ConsentEvent, ConsentEvent.id == newest.c.consent_event_id)
        )
    ).one()
    return mails, with_consent


def sum_imports() -> ImportCounts:
    """Return the numbers of all imports that were ever approved."""
    lists, asked, confirmed = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(ListImport.asked), 0),
            func.coalesce(func.sum(ListImport.confirmed), 0),
        ).where(ListImport.approved_at.is_not(None))
    ).one()
    return ImportCounts(lists=lists, asked=int(asked), confirmed=int(confirmed))


def list_newest_launched(*, limit: int) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the campaigns that were launched last, with their lists."""
    rows = db.session.execute(
        select(Campaign, MailingList)
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(Campaign.launched_at.is_not(None))
        .order_by(Campaign.launched_at.desc())
        .limit(limit)
    )
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def count_evidence_of(asked_by: str, since: datetime) -> int:
    """Return for how many people an account got the evidence since a moment."""
    counted = select(func.count()).where(
        Disclosure.kind == DisclosureKind.EVIDENCE,
        Disclosure.occurred_at > since,
        Disclosure.asked_by == asked_by,
    )
    return db.session.scalar(counted) or 0


class LookupCounts(NamedTuple):
    """The newest looks at one person: how many, and how many of them are in the log."""

    made: int
    in_the_log: int


def count_lookups(*, limit: int) -> LookupCounts:
    """Return the numbers of the newest looks of the team at one person."""
    newest = (
        select(AuditEvent.id)
        .where(AuditEvent.act == PersonAct.OPENED.value)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
        .subquery()
    )
    made, in_the_log = db.session.execute(
        select(func.count(), func.count(LogEntry.record_id)).select_from(
            newest.outerjoin(
                LogEntry, and_(LogEntry.kind == AUDITED, LogEntry.record_id == newest.c.id)
            )
        )
    ).one()
    return LookupCounts(made, in_the_log)


def count_exports(since: datetime) -> ExportCounts:
    """Return the number of exports since a moment, and how many of them are in the log."""
    made, in_the_log, last_at = db.session.execute(
        select(
            func.count(),
            func.count(LogEntry.record_id),
            func.max(Disclosure.occurred_at),
        )
        .select_from(Disclosure)
        .outerjoin(
            LogEntry,
            and_(
                LogEntry.kind.in_(
                    [EXPORTED, DISCLOSED]
                ),  # the first exports were sealed as disclosed
                LogEntry.record_id == Disclosure.id,
            ),
        )
        .where(Disclosure.kind == DisclosureKind.EXPORT, Disclosure.occurred_at >= since)
    ).one()
    return ExportCounts(made=made, in_the_log=in_the_log, last_at=last_at)
