"""Holds an import whose invitations are rejected or unwanted, and tells the owners why."""

from datetime import datetime

import structlog
from sqlalchemy import func, select

from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.imports.acts import ImportAct
from supporters.imports.import_notices import NOTICES_OF_HOLDS, notify_about_import
from supporters.imports.models import ImportHoldReason, ImportStatus, Invitation, ListImport
from supporters.imports.rules import (
    ANSWER_TIME,
    AnswerVerdict,
    InvitationAnswers,
    is_rejected_too_often,
    judge_answers,
)
from supporters.imports.states import IMPORT_STATES, ImportMove

log = structlog.get_logger(__name__)
REASONS = {
    AnswerVerdict.FEW_ACCEPT: ImportHoldReason.FEW_ACCEPT,
    AnswerVerdict.MANY_DECLINE: ImportHoldReason.MANY_DECLINE,
}


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
