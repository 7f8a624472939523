"""The states of imports and invitations, transition by transition, with the forbidden ones."""

from itertools import product

import pytest

from supporters.imports.models import ImportStatus, Invitation, InvitationStatus, ListImport
from supporters.imports.states import (
    IMPORT_STATES,
    INVITATION_STATES,
    ImportMove,
    InvitationMove,
    may_change_columns,
)
from supporters.transitions import TransitionRefused

S, M = ImportStatus, ImportMove

ALLOWED = {
    (S.DRAFT, M.DECLARE): S.CHECKING,
    (S.CHECKING, M.END_DRY_RUN): S.CHECKED,
    (S.CHECKED, M.REQUEST_APPROVAL): S.WAITING,
    (S.WAITING, M.APPROVE): S.MAKING,
    (S.MAKING, M.START_SENDING): S.ASKING,
    (S.ASKING, M.HOLD): S.HELD,
    (S.HELD, M.RESUME): S.ASKING,
    (S.ASKING, M.END): S.DONE,
    (S.HELD, M.END): S.DONE,
    **{(status, M.CANCEL): S.CANCELLED for status in S if status not in {S.DONE, S.CANCELLED}},
}
REFUSED = [each for each in product(S, M) if each not in ALLOWED]
INVITED = {
    (InvitationStatus.WAITING, InvitationMove.QUEUE): InvitationStatus.LEAVING,
    (InvitationStatus.LEAVING, InvitationMove.SEND): InvitationStatus.SENT,
}
NOT_INVITED = [each for each in product(InvitationStatus, InvitationMove) if each not in INVITED]


@pytest.mark.parametrize(("status", "move", "after"), [(*key, ALLOWED[key]) for key in ALLOWED])
def test_an_allowed_transition_changes_the_status(
    status: ImportStatus, move: ImportMove, after: ImportStatus
) -> None:
    list_import = ListImport(status=status)
    IMPORT_STATES.transition(list_import, move)
    assert list_import.status is after


@pytest.mark.parametrize(("status", "move"), REFUSED)
def test_every_other_transition_is_forbidden(status: ImportStatus, move: ImportMove) -> None:
    list_import = ListImport(status=status)
    with pytest.raises(TransitionRefused):
        IMPORT_STATES.transition(list_import, move)
    assert list_import.status is status


def test_only_an_approved_import_gets_invitations() -> None:
    assert IMPORT_STATES.sources(M.START_SENDING) == {IMPORT_STATES.target(M.APPROVE)}


def test_only_the_columns_of_a_draft_may_change() -> None:
    assert [status for status in S if may_change_columns(status)] == [S.DRAFT]


@pytest.mark.parametrize(("status", "move", "after"), [(*key, INVITED[key]) for key in INVITED])
def test_an_invitation_is_queued_once_and_then_sent(
    status: InvitationStatus, move: InvitationMove, after: InvitationStatus
) -> None:
    invitation = Invitation(status=status)
    INVITATION_STATES.transition(invitation, move)
    assert invitation.status is after


@pytest.mark.parametrize(("status", "move"), NOT_INVITED)
def test_an_invitation_has_no_other_transition(
    status: InvitationStatus, move: InvitationMove
) -> None:
    with pytest.raises(TransitionRefused):
        INVITATION_STATES.transition(Invitation(status=status), move)
