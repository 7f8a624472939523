"""The states of imports and invitations, transition by transition, with the forbidden ones."""

from supporters.imports.models import ImportStatus, Invitation, InvitationStatus, ListImport
from supporters.imports.states import (
    IMPORT_STATES,
    INVITATION_STATES,
    ImportMove,
    InvitationMove,
    may_change_columns,
)
from tests.machinery.state_tables import wrong_moves

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
INVITED = {
    (InvitationStatus.WAITING, InvitationMove.QUEUE): InvitationStatus.LEAVING,
    (InvitationStatus.LEAVING, InvitationMove.SEND): InvitationStatus.SENT,
}


def test_only_the_moves_of_the_table_are_allowed() -> None:
    assert not wrong_moves(IMPORT_STATES, ALLOWED, lambda status: ListImport(status=status))


def test_only_an_approved_import_gets_invitations() -> None:
    assert IMPORT_STATES.sources(M.START_SENDING) == {IMPORT_STATES.target(M.APPROVE)}


def test_only_the_columns_of_a_draft_may_change() -> None:
    assert [status for status in S if may_change_columns(status)] == [S.DRAFT]


def test_an_invitation_is_queued_once_and_then_sent() -> None:
    assert not wrong_moves(INVITATION_STATES, INVITED, lambda status: Invitation(status=status))
