"""The states of a confirmation email's links."""

from enum import Enum, auto


class LinkState(Enum):
    """What became of what a link was for.

    `SUPERSEDED`: the request is over, and its holder is on lists by another confirmation.
    """

    OPEN = auto()
    CONFIRMED = auto()
    LEFT = auto()
    REFUSED = auto()
    EXPIRED = auto()
    SUPERSEDED = auto()
    UNKNOWN = auto()


def choose_state(
    *, is_open: bool, stands: bool, is_refused: bool, is_answered: bool, is_on_lists: bool
) -> LinkState:
    """Choose the state of a link that is ours.

    `is_open` says that there is a box to confirm, `stands` that something is confirmed and stands,
    `is_answered` that something was confirmed once, `is_on_lists` that other consents stand.
    """
    if is_open:
        return LinkState.OPEN
    if stands:
        return LinkState.CONFIRMED
    if is_refused:
        return LinkState.REFUSED
    if is_answered:
        return LinkState.LEFT
    return LinkState.SUPERSEDED if is_on_lists else LinkState.EXPIRED
