"""Learns what became of the letters, and stops asking when too many of them are refused."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete, select, update

from supporters.database import db, use_case
from supporters.dialects import is_one_of
from supporters.mail.models import Letter, LetterStatus
from supporters.signup.importing.models import (
    Invitation,
    InvitationStatus,
    ListImport,
)
from supporters.signup.importing.rules import is_refused_too_often
from supporters.signup.importing.states import (
    IMPORT_STATES,
    INVITATION_STATES,
    ImportMove,
    InvitationMove,
)
from supporters.smtp_replies import is_permanent

log = structlog.get_logger(__name__)

SETTLED_AT_ONCE = 2_000


@use_case
def settle_letters(now: datetime) -> int:
    """Note which letters were taken and which were not; return how many were settled.

    An invitation whose letter never arrived is deleted: there is nobody to answer it.
    """
    rows = _list_settled()
    for import_id in sorted({import_id for import_id, _, _ in rows}):
        of_import = [(each, letter) for owner, each, letter in rows if owner == import_id]
        _settle(db.session.get_one(ListImport, import_id, with_for_update=True), of_import, now)
    return len(rows)


def _list_settled() -> Sequence[tuple[int, int, Letter]]:
    found = db.session.execute(
        select(Invitation.import_id, Invitation.id, Letter)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(
            Invitation.status == InvitationStatus.LEAVING,
            Letter.status.in_([LetterStatus.SENT, LetterStatus.GIVEN_UP]),
        )
        .limit(SETTLED_AT_ONCE)
    )
    return [(import_id, invitation_id, letter) for import_id, invitation_id, letter in found]


def _settle(list_import: ListImport, letters: Sequence[tuple[int, Letter]], now: datetime) -> None:
    taken = [each for each, letter in letters if letter.status is LetterStatus.SENT]
    gone = [each for each, letter in letters if letter.status is not LetterStatus.SENT]
    db.session.execute(
        update(Invitation)
        .where(
            is_one_of(Invitation.id, taken),
            Invitation.status.in_(INVITATION_STATES.sources(InvitationMove.SEND)),
        )
        .values(status=INVITATION_STATES.target(InvitationMove.SEND))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Invitation)
        .where(is_one_of(Invitation.id, gone))
        .execution_options(synchronize_session=False)
    )
    list_import.refused += len(gone)
    list_import.tried += len(letters)
    list_import.refused_lately += sum(_is_refused(letter) for _, letter in letters)
    _hold_if_refused(list_import, now)


def _is_refused(letter: Letter) -> bool:
    """Tell whether the mail server refused a letter for good, rather than being out of reach."""
    return letter.status is LetterStatus.GIVEN_UP and is_permanent(letter.last_reply)


def _hold_if_refused(list_import: ListImport, now: datetime) -> None:
    if not IMPORT_STATES.allows(list_import.status, ImportMove.HOLD):
        return
    if is_refused_too_often(list_import.tried, list_import.refused_lately):
        IMPORT_STATES.transition(list_import, ImportMove.HOLD)
        list_import.held_at = now
        log.warning(
            "import.held",
            id=list_import.id,
            tried=list_import.tried,
            refused=list_import.refused_lately,
        )
