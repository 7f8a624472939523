"""A list is a draft, then open or closed. Nothing makes it a draft again."""

from datetime import UTC, datetime

import pytest

from supporters.lists.models import ListStatus, MailingList
from supporters.lists.states import LIST_STATES, ListMove

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ALLOWED = {
    (ListStatus.DRAFT, ListMove.OPEN),
    (ListStatus.CLOSED, ListMove.OPEN),
    (ListStatus.OPEN, ListMove.CLOSE),
}


@pytest.mark.parametrize("status", ListStatus)
@pytest.mark.parametrize("move", ListMove)
def test_only_these_moves_are_allowed(status: ListStatus, move: ListMove) -> None:
    assert LIST_STATES.allows(status, move) is ((status, move) in ALLOWED)


@pytest.mark.parametrize(
    ("is_draft", "closed_at", "status"),
    [
        (False, None, ListStatus.OPEN),
        (True, None, ListStatus.OPEN),  # an earlier program opened the draft
        (True, NOON, ListStatus.DRAFT),
        (False, NOON, ListStatus.CLOSED),
    ],
)
def test_the_status_of_a_list_follows_from_its_columns(
    is_draft: bool, closed_at: datetime | None, status: ListStatus
) -> None:
    assert MailingList(is_draft=is_draft, closed_at=closed_at).status is status
