"""Approves an import by a second owner; cancels and resumes imports; holds unwanted ones."""

from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import delete, func, select

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser
from supporters.accounts.second_person import (
    SecondPersonFault,
    find_second_person_fault,
    was_invited_through,
)
from supporters.audit_log.audit_events import record_act, record_team_act
from supporters.consent.trigger_counts import count_people_known
from supporters.database import db, in_transaction, transaction, use_case
from supporters.extensions import queue
from supporters.imports.acts import ImportAct, ImportNotice
from supporters.imports.import_files import delete_file
from supporters.imports.import_notices import NOTICES_OF_HOLDS, notify_about_import
from supporters.imports.models import (
    ImportHoldReason,
    ImportStatus,
    Invitation,
    InvitationStatus,
    ListImport,
)
from supporters.imports.queries import count_invited_lately
from supporters.imports.rules import (
    ANSWER_TIME,
    AnswerVerdict,
    InvitationAnswers,
    first_invitation_at,
    is_rejected_too_often,
    judge_answers,
    most_to_invite,
)
from supporters.imports.states import IMPORT_STATES, ImportMove
from supporters.lists.queries import get_list

log = structlog.get_logger(__name__)

REASONS = {
    AnswerVerdict.FEW_ACCEPT: ImportHoldReason.FEW_ACCEPT,
    AnswerVerdict.MANY_DECLINE: ImportHoldReason.MANY_DECLINE,
}
DELETED_PER_BATCH = 5_000


@in_transaction
def hold_import(list_import: ListImport, reason: ImportHoldReason, now: datetime) -> None:
    """Hold an import until an owner resumes it."""
    IMPORT_STATES.transition(list_import, ImportMove.HOLD)
    list_import.held_at, list_import.hold_reason = now, reason
    record_act(ImportAct.HELD, list_import.id, {"reason": reason.value})
    log.warning("import.held", id=list_import.id, reason=reason.value)
    if reason in NOTICES_OF_HOLDS:
        notify_about_import(NOTICES_OF_HOLDS[reason], list_import)


@in_transaction
def hold_if_rejected(list_import: ListImport, now: datetime) -> None:
    """Hold an import if the mail server rejected too many of its emails."""
    if not IMPORT_STATES.allows(list_import.status, ImportMove.HOLD):
        return
    if is_rejected_too_often(list_import.tried, list_import.refused_lately):
        hold_import(list_import, ImportHoldReason.REJECTED, now)


@use_case
def hold_unwanted_imports(now: datetime) -> int:
    """Hold the imports that hardly anybody accepts, or that many decline; return how many."""
    sending = db.session.scalars(
        select(ListImport)
        .where(ListImport.status == ImportStatus.ASKING, ListImport.asked > 0)
        .with_for_update()
    ).all()
    reasons = [(each, REASONS.get(judge_answers(_count_answers(each, now)))) for each in sending]
    held = [(each, reason) for each, reason in reasons if reason is not None]
    for each, reason in held:
        hold_import(each, reason, now)
    return len(held)


def forget_answers(list_import: ListImport) -> None:
    """Let only the answers from now on stop an import. An owner decided to go on."""
    list_import.answers_before = {
        "invited": list_import.asked,
        "accepted": list_import.confirmed,
        "declined": list_import.declined,
    }


def _count_answers(list_import: ListImport, now: datetime) -> InvitationAnswers:
    before = list_import.answers_before
    recent = select(func.count()).where(
        Invitation.import_id == list_import.id, Invitation.asked_at > now - ANSWER_TIME
    )
    invited = list_import.asked - before.get("invited", 0)
    return InvitationAnswers(
        invited=invited,
        settled=max(0, invited - (db.session.scalar(recent) or 0)),
        accepted=list_import.confirmed - before.get("accepted", 0),
        declined=list_import.declined - before.get("declined", 0),
    )


class ApproveResult(Enum):
    """The result of an approval, or of a request for one."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()
    NOT_AN_OWNER = auto()
    OWN_IMPORT = auto()
    LIST_CLOSED = auto()
    LIMIT_REACHED = auto()
    NOBODY = auto()


@use_case
def request_approval(import_id: int) -> ApproveResult:
    """Ask another owner for the approval, after the dry run."""
    list_import = _lock(import_id)
    if list_import is None:
        return ApproveResult.UNKNOWN
    if not IMPORT_STATES.allows(list_import.status, ImportMove.REQUEST_APPROVAL):
        return ApproveResult.NOT_NOW
    if not list_import.fitting:
        return ApproveResult.NOBODY
    if most_invited_now(list_import) <= 0:
        return ApproveResult.LIMIT_REACHED
    IMPORT_STATES.transition(list_import, ImportMove.REQUEST_APPROVAL)
    record_team_act(ImportAct.HANDED_OVER, import_id, {"people": list_import.fitting})
    notify_about_import(ImportNotice.WAITS, list_import)
    return ApproveResult.DONE


def most_invited_now(list_import: ListImport) -> int:
    """Return how many people of an import may be invited, by the limit of the last 30 days."""
    invited = count_invited_lately(clock.now(), besides=list_import.id)
    return most_to_invite(count_people_known(), invited)


def approve_import(import_id: int, approver_id: int) -> ApproveResult | SecondPersonFault:
    """Approve an import. The owner who uploaded it can't, nor an owner whom they invited.

    All owners and the officer learn of it, and have two days to stop it.
    """
    with transaction():
        approver = find_organiser(approver_id)
        list_import = _lock(import_id)
        if list_import is None:
            return ApproveResult.UNKNOWN
        if approver is None or not approver.is_owner_at_work:
            return ApproveResult.NOT_AN_OWNER
        fault = _find_fault(list_import, approver)
        if fault is not None:
            return fault
        list_import.most_invited = most_invited_now(list_import)
        list_import.approved_by_id = approver_id
        list_import.approved_at = clock.now()
        IMPORT_STATES.transition(list_import, ImportMove.APPROVE)
        record_team_act(ImportAct.APPROVED, import_id, {"account": str(approver_id)})
        notify_about_import(ImportNotice.APPROVED, list_import)
    log.info("import.approved", id=import_id, by=approver_id)
    queue.later("work_on_import", import_id)
    return ApproveResult.DONE


def _find_fault(
    list_import: ListImport, approver: Organiser
) -> ApproveResult | SecondPersonFault | None:
    if not IMPORT_STATES.allows(list_import.status, ImportMove.APPROVE):
        return ApproveResult.NOT_NOW
    importer_id = list_import.imported_by_id
    if importer_id == approver.id:
        return ApproveResult.OWN_IMPORT
    if was_invited_through(approver, importer_id):
        return SecondPersonFault.INVITED_BY_INITIATOR
    fault = find_second_person_fault(
        approver,
        importer_id,
        clock.now(),
        right=RoleName.OWNER,
        began_at=list_import.created_at,
    )
    if fault is not None:
        return fault
    if not get_list(list_import.mailing_list_id).is_open:
        return ApproveResult.LIST_CLOSED
    return None if most_invited_now(list_import) > 0 else ApproveResult.LIMIT_REACHED


def _lock(import_id: int) -> ListImport | None:
    return db.session.get(ListImport, import_id, with_for_update=True)


class ImportControlResult(Enum):
    """The result of a cancellation or a resumption."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()


def cancel_import(import_id: int) -> ImportControlResult:
    """Cancel an import: it sends no more invitations. People can still accept those they got."""
    with transaction():
        list_import = db.session.get(ListImport, import_id, with_for_update=True)
        if list_import is None:
            return ImportControlResult.UNKNOWN
        if not IMPORT_STATES.allows(list_import.status, ImportMove.CANCEL):
            return ImportControlResult.NOT_NOW
        end_import(list_import, ImportMove.CANCEL)
        delete_file(list_import)
        record_team_act(ImportAct.CANCELLED, import_id)
    log.info("import.cancelled", id=import_id)
    delete_unsent_invitations(import_id)
    return ImportControlResult.DONE


def resume_import(import_id: int) -> ImportControlResult:
    """Resume a held import, at the pace of its first day and with new counts."""
    with transaction():
        list_import = db.session.get(ListImport, import_id, with_for_update=True)
        if list_import is None:
            return ImportControlResult.UNKNOWN
        if not IMPORT_STATES.allows(list_import.status, ImportMove.RESUME):
            return ImportControlResult.NOT_NOW
        IMPORT_STATES.transition(list_import, ImportMove.RESUME)
        now = clock.now()
        list_import.held_at = list_import.hold_reason = None
        list_import.asking_since = first_invitation_at(list_import.approved_at or now, now)
        forget_answers(list_import)
        list_import.day = list_import.asked_in_day = 0
        list_import.tried = list_import.refused_lately = 0
        record_team_act(ImportAct.RESUMED, import_id)
    log.info("import.resumed", id=import_id)
    return ImportControlResult.DONE


@use_case
def hold_invitations() -> int:
    """Hold every import that sends invitations, until an owner resumes it; return how many.

    A restored database doesn't know which invitations were sent after its backup.
    """
    asking = db.session.scalars(
        select(ListImport).where(ListImport.status == ImportStatus.ASKING).with_for_update()
    ).all()
    for list_import in asking:
        hold_import(list_import, ImportHoldReason.RESTORED, clock.now())
        list_import.tried = list_import.refused_lately = 0
    return len(asking)


def end_import(list_import: ListImport, move: ImportMove) -> None:
    """End an import by `ImportMove.END` or `ImportMove.CANCEL`."""
    IMPORT_STATES.transition(list_import, move)
    list_import.ended_at = clock.now()
    list_import.held_at = list_import.hold_reason = None


def delete_unsent_invitations(import_id: int) -> None:
    """Delete the invitations that were not sent, in small batches to keep write locks short."""
    while True:
        some = (
            select(Invitation.id)
            .where(
                Invitation.import_id == import_id,
                Invitation.status == InvitationStatus.WAITING,
            )
            .limit(DELETED_PER_BATCH)
        )
        with transaction():
            gone = db.session.execute(
                delete(Invitation).where(Invitation.id.in_(some)).returning(Invitation.id)
            ).all()
        if not gone:
            return
