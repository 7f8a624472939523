"""Reads of imports."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, func, or_, select

from supporters.database import db
from supporters.imports.models import (
    ImportEvidence,
    ImportRefusal,
    ImportStatus,
    Invitation,
    InvitationStatus,
    ListImport,
    RejectionReason,
)
from supporters.imports.rules import LIMIT_PERIOD
from supporters.imports.states import ENDED, IN_PROCESS, UNFINISHED
from supporters.lists.models import MailingList

IDLE_FOR = timedelta(seconds=30)
REFUSALS_AT_ONCE = 5_000


def find_import(import_id: int) -> ListImport | None:
    """Return the import with this id."""
    return db.session.get(ListImport, import_id)


def find_import_to_change(import_id: int) -> ListImport | None:
    """Return the import with this id, locked."""
    return db.session.get(ListImport, import_id, with_for_update=True)


def list_imports() -> Sequence[tuple[ListImport, MailingList]]:
    """Return every import with its list, newest first."""
    rows = db.session.execute(
        select(ListImport, MailingList)
        .join(MailingList, MailingList.id == ListImport.mailing_list_id)
        .order_by(ListImport.id.desc())
    )
    return [(list_import, mailing_list) for list_import, mailing_list in rows]


def list_imports_to_decide(now: datetime) -> Sequence[ListImport]:
    """Return the imports that an owner can still stop before anybody is written to, oldest first.

    They wait for the approval, or for their first invitation.
    """
    return db.session.scalars(
        select(ListImport)
        .where(
            or_(
                ListImport.status.in_({ImportStatus.WAITING, ImportStatus.MAKING}),
                (ListImport.status == ImportStatus.ASKING) & (ListImport.asking_since > now),
            )
        )
        .order_by(ListImport.id)
    ).all()


def list_held_imports() -> Sequence[ListImport]:
    """Return the imports that stopped by themselves, oldest first."""
    return db.session.scalars(
        select(ListImport).where(ListImport.status == ImportStatus.HELD).order_by(ListImport.id)
    ).all()


def count_invited_lately(now: datetime, *, besides: int) -> int:
    """Return how many people other imports have invited or will invite, approved in 30 days."""
    most = func.coalesce(ListImport.most_invited, ListImport.fitting)
    planned = case((most < ListImport.fitting, most), else_=ListImport.fitting)
    people = case((ListImport.status.in_(ENDED), ListImport.asked), else_=planned)
    counted = select(func.coalesce(func.sum(people), 0)).where(
        ListImport.id != besides, ListImport.approved_at > now - LIMIT_PERIOD
    )
    return int(db.session.scalar(counted) or 0)


def list_unattended_imports(now: datetime) -> Sequence[int]:
    """Return the ids of the imports with unprocessed rows that no process works on."""
    return db.session.scalars(
        select(ListImport.id).where(
            ListImport.status.in_(IN_PROCESS),
            or_(ListImport.worked_at.is_(None), ListImport.worked_at < now - IDLE_FOR),
        )
    ).all()


def list_imports_with_files() -> Sequence[ListImport]:
    """Return the imports whose files are still needed, and stored."""
    return db.session.scalars(
        select(ListImport)
        .where(ListImport.status.in_(IN_PROCESS | UNFINISHED), ListImport.encrypted.is_not(None))
        .order_by(ListImport.id)
    ).all()


def find_evidence(import_id: int) -> ImportEvidence | None:
    """Return the document that shows the provenance of an import."""
    return db.session.get(ImportEvidence, import_id)


def iterate_rejections(import_id: int) -> Iterator[tuple[int, RejectionReason]]:
    """Yield the line and the reason of each refused row, in the order of the file."""
    line = 0
    while True:
        rows = db.session.execute(
            select(ImportRefusal.line, ImportRefusal.reason)
            .where(ImportRefusal.import_id == import_id, ImportRefusal.line > line)
            .order_by(ImportRefusal.line)
            .limit(REFUSALS_AT_ONCE)
        ).all()
        if not rows:
            return
        for line, reason in rows:
            yield line, reason


def count_invitations(import_id: int) -> dict[InvitationStatus, int]:
    """Return how many invitations of an import are in each status."""
    rows = db.session.execute(
        select(Invitation.status, func.count())
        .where(Invitation.import_id == import_id)
        .group_by(Invitation.status)
    )
    return dict(rows.all())


def count_queued_invitations(import_id: int) -> int:
    """Return how many invitations of an import are in the outbox."""
    counted = select(func.count()).where(
        Invitation.import_id == import_id, Invitation.status == InvitationStatus.LEAVING
    )
    return db.session.scalar(counted) or 0


def list_next_invitations(import_id: int, *, limit: int) -> Sequence[Invitation]:
    """Return the next invitations of an import to send."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.import_id == import_id, Invitation.status == InvitationStatus.WAITING)
        .order_by(Invitation.id)
        .limit(limit)
    ).all()


def find_import_to_send(now: datetime) -> ListImport | None:
    """Return the import whose invitations are sent now: one at a time, oldest approval first."""
    return db.session.scalar(
        select(ListImport)
        .where(
            ListImport.status == ImportStatus.ASKING,
            ListImport.asking_since <= now,
            _has_waiting(),
        )
        .order_by(ListImport.approved_at, ListImport.id)
        .limit(1)
        .with_for_update()
    )


def _has_waiting() -> ColumnElement[bool]:
    return exists().where(
        Invitation.import_id == ListImport.id, Invitation.status == InvitationStatus.WAITING
    )
