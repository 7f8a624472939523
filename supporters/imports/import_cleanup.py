"""Deletes unanswered invitations, abandoned drafts and old reports.

An address that does not answer gets no second invitation: a suppression keeps it out of later
imports.
"""

from datetime import datetime

from sqlalchemy import delete, func, select

from supporters.consent.models import Suppression
from supporters.consent.suppression import INVITATIONS, suppress_many
from supporters.database import db, transaction, use_case
from supporters.dialects import in_values
from supporters.imports.import_approval import cancel_import, delete_unsent_invitations, end_import
from supporters.imports.invitation_eligibility import delete_seen_addresses
from supporters.imports.models import (
    ImportRefusal,
    ImportSeen,
    ImportStatus,
    Invitation,
    InvitationStatus,
    ListImport,
)
from supporters.imports.rules import REPORT_LIFETIME, SUPPRESSED_FOR, UNFINISHED_LIFETIME
from supporters.imports.states import ENDED, IMPORT_STATES, UNFINISHED, ImportMove

PURGED_PER_BATCH = 5_000


@use_case
def purge_unanswered_invitations(now: datetime) -> int:
    """Delete the expired invitations; return how many. Their counts stay."""
    expired = db.session.execute(
        select(Invitation.id, Invitation.import_id)
        .where(Invitation.expires_at <= now)
        .limit(PURGED_PER_BATCH)
    ).all()
    ids = [invitation_id for invitation_id, _ in expired]
    _suppress_addresses(ids, now)
    db.session.execute(delete(Invitation).where(in_values(Invitation.id, ids)))
    for import_id in sorted({import_id for _, import_id in expired}):
        list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
        list_import.unanswered += sum(owner == import_id for _, owner in expired)
    return len(expired)


@use_case
def end_finished_imports() -> int:
    """End the imports without an invitation to send or an answer to wait for; return how many."""
    open_ones = select(Invitation.import_id).where(Invitation.import_id == ListImport.id)
    over = db.session.scalars(
        select(ListImport)
        .where(
            ListImport.status.in_(IMPORT_STATES.sources(ImportMove.END)),
            ~open_ones.exists(),
        )
        .with_for_update()
    ).all()
    for list_import in over:
        end_import(list_import, ImportMove.END)
    return len(over)


def clean_up_imports(now: datetime) -> None:
    """Cancel abandoned imports, and finish deletions that a crash interrupted."""
    for import_id in _list_abandoned(now):
        cancel_import(import_id)
    for import_id in _list_with_leftovers():
        delete_unsent_invitations(import_id)
    for import_id in _list_with_seen():
        delete_seen_addresses(import_id)
    _delete_old_reports(now)


def _suppress_addresses(ids: list[int], now: datetime) -> None:
    """Add a suppression for the addresses of invitations, so that none is invited twice."""
    known = select(Suppression.scope).where(
        Suppression.address_mac == Invitation.address_mac, Suppression.scope == INVITATIONS
    )
    macs = db.session.scalars(
        select(Invitation.address_mac).where(in_values(Invitation.id, ids), ~known.exists())
    ).all()
    suppress_many(macs, INVITATIONS, now=now, until=now + SUPPRESSED_FOR)


def _list_abandoned(now: datetime) -> list[int]:
    last_act = func.coalesce(ListImport.checked_at, ListImport.created_at)
    found = db.session.scalars(
        select(ListImport.id).where(
            ListImport.status.in_(UNFINISHED), last_act < now - UNFINISHED_LIFETIME
        )
    )
    return [*found]


def _list_with_leftovers() -> list[int]:
    found = db.session.scalars(
        select(ListImport.id).where(
            ListImport.status == ImportStatus.CANCELLED,
            select(Invitation.id)
            .where(
                Invitation.import_id == ListImport.id,
                Invitation.status == InvitationStatus.WAITING,
            )
            .exists(),
        )
    )
    return [*found]


def _list_with_seen() -> list[int]:
    found = db.session.scalars(
        select(ListImport.id).where(
            ListImport.status != ImportStatus.CHECKING,
            select(ImportSeen.import_id).where(ImportSeen.import_id == ListImport.id).exists(),
        )
    )
    return [*found]


def _delete_old_reports(now: datetime) -> None:
    """Delete the reports of imports that ended a month ago. Their counts stay."""
    ended = select(ListImport.id).where(
        ListImport.status.in_(ENDED), ListImport.ended_at < now - REPORT_LIFETIME
    )
    with transaction():
        db.session.execute(delete(ImportRefusal).where(ImportRefusal.import_id.in_(ended)))
