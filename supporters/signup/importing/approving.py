"""A second owner approves an import; only then are there invitations."""

from enum import Enum, auto

import structlog

from supporters import clock
from supporters.database import db, transaction, use_case
from supporters.extensions import queue
from supporters.lists.queries import get_list
from supporters.organisers.queries import find_organiser
from supporters.signup.importing.models import ListImport
from supporters.signup.importing.states import IMPORT_STATES, ImportMove

log = structlog.get_logger(__name__)


class Approved(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()
    NOT_AN_OWNER = auto()
    OWN_IMPORT = auto()
    LIST_CLOSED = auto()
    NOBODY = auto()


@use_case
def ask_for_approval(import_id: int) -> Approved:
    """Let another owner decide, now that the result of the dry run is known."""
    list_import = _lock(import_id)
    if list_import is None:
        return Approved.UNKNOWN
    if not IMPORT_STATES.allows(list_import.status, ImportMove.ASK_FOR_APPROVAL):
        return Approved.NOT_NOW
    if not list_import.fitting:
        return Approved.NOBODY
    IMPORT_STATES.transition(list_import, ImportMove.ASK_FOR_APPROVAL)
    return Approved.DONE


def approve_import(import_id: int, approver_id: int) -> Approved:
    """Approve an import; the one who brought it can't."""
    with transaction():
        approver = find_organiser(approver_id)
        list_import = _lock(import_id)
        if list_import is None:
            return Approved.UNKNOWN
        if approver is None or not approver.is_owner_at_work:
            return Approved.NOT_AN_OWNER
        fault = _find_fault(list_import, approver_id)
        if fault is not None:
            return fault
        list_import.approved_by_id = approver_id
        list_import.approved_at = clock.now()
        IMPORT_STATES.transition(list_import, ImportMove.APPROVE)
    log.info("import.approved", id=import_id, by=approver_id)
    queue.later("work_on_import", import_id)
    return Approved.DONE


def _find_fault(list_import: ListImport, approver_id: int) -> Approved | None:
    if not IMPORT_STATES.allows(list_import.status, ImportMove.APPROVE):
        return Approved.NOT_NOW
    if list_import.imported_by_id == approver_id:
        return Approved.OWN_IMPORT
    is_open = get_list(list_import.mailing_list_id).is_open
    return None if is_open else Approved.LIST_CLOSED


def _lock(import_id: int) -> ListImport | None:
    return db.session.get(ListImport, import_id, with_for_update=True)
