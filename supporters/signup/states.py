"""The states of a confirmation email's links."""

from enum import Enum, auto


class LinkState(Enum):
    """The state of a confirmation link.

    `UNSUBSCRIBED`: the person confirmed and unsubscribed.
    `SUPERSEDED`: the request has expired, and the person is on lists by another confirmation.
    `UNDONE`: the person has just taken "it wasn't me" back. Only its page says so.
    """

    OPEN = auto()
    CONFIRMED = auto()
    UNSUBSCRIBED = auto()
    REJECTED = auto()
    EXPIRED = auto()
    SUPERSEDED = auto()
    UNDONE = auto()
    UNKNOWN = auto()


def choose_state(
    *, is_open: bool, is_active: bool, is_refused: bool, is_answered: bool, is_on_lists: bool
) -> LinkState:
    """Choose the state of a link that is not forged.

    `is_open`: there is a box to confirm. `is_active`: a consent of this link is active.
    `is_answered`: something was confirmed by it once. `is_on_lists`: other consents are active.
    """
    if is_open:
        return LinkState.OPEN
    if is_active:
        return LinkState.CONFIRMED
    if is_refused:
        return LinkState.REJECTED
    if is_answered:
        return LinkState.UNSUBSCRIBED
    return LinkState.SUPERSEDED if is_on_lists else LinkState.EXPIRED
