"""Ends an import, or lets one go on that stopped by itself."""

from enum import Enum, auto

import structlog
from sqlalchemy import delete, select

from supporters import clock
from supporters.database import db, transaction, use_case
from supporters.signup.importing.keeping import drop_file
from supporters.signup.importing.models import (
    ImportStatus,
    Invitation,
    InvitationStatus,
    ListImport,
)
from supporters.signup.importing.states import IMPORT_STATES, ImportMove

log = structlog.get_logger(__name__)

DELETED_AT_ONCE = 5_000


class Steered(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()


def cancel_import(import_id: int) -> Steered:
    """End an import: nobody is asked any more. Who was asked already may still say yes."""
    with transaction():
        list_import = db.session.get(ListImport, import_id, with_for_update=True)
        if list_import is None:
            return Steered.UNKNOWN
        if not IMPORT_STATES.allows(list_import.status, ImportMove.CANCEL):
            return Steered.NOT_NOW
        end_import(list_import, ImportMove.CANCEL)
    drop_file(list_import.file_key)
    log.info("import.cancelled", id=import_id)
    forget_unasked(import_id)
    return Steered.DONE


def resume_import(import_id: int) -> Steered:
    """Let a held import go on: slowly, as on its first day, and watched anew."""
    with transaction():
        list_import = db.session.get(ListImport, import_id, with_for_update=True)
        if list_import is None:
            return Steered.UNKNOWN
        if not IMPORT_STATES.allows(list_import.status, ImportMove.RESUME):
            return Steered.NOT_NOW
        IMPORT_STATES.transition(list_import, ImportMove.RESUME)
        list_import.held_at = None
        list_import.asking_since = clock.now()
        list_import.day = list_import.asked_in_day = 0
        list_import.tried = list_import.refused_lately = 0
    log.info("import.resumed", id=import_id)
    return Steered.DONE


@use_case
def hold_asking() -> int:
    """Stop every import that asks people, until an owner lets it go on; return how many.

    A database that was put back doesn't know whom it asked since its backup was made.
    """
    asking = db.session.scalars(
        select(ListImport).where(ListImport.status == ImportStatus.ASKING).with_for_update()
    ).all()
    for list_import in asking:
        IMPORT_STATES.transition(list_import, ImportMove.HOLD)
        list_import.held_at = clock.now()
        list_import.tried = list_import.refused_lately = 0
    return len(asking)


def end_import(list_import: ListImport, move: ImportMove) -> None:
    """End an import by one of the moves that do so."""
    IMPORT_STATES.transition(list_import, move)
    list_import.ended_at = clock.now()
    list_import.held_at = None


def forget_unasked(import_id: int) -> None:
    """Delete the invitations of those who were never asked, in pieces that hold nobody up."""
    while True:
        some = (
            select(Invitation.id)
            .where(
                Invitation.import_id == import_id,
                Invitation.status == InvitationStatus.WAITING,
            )
            .limit(DELETED_AT_ONCE)
        )
        with transaction():
            gone = db.session.execute(
                delete(Invitation).where(Invitation.id.in_(some)).returning(Invitation.id)
            ).all()
        if not gone:
            return
