"""What kind of trouble a campaign has: the relay, a disk, the ledger, its content, its readers.

A campaign is held by two of them until somebody lets it go on: its readers contest it, or the
relay refuses us.
"""

from enum import StrEnum


class TroubleKind(StrEnum):
    """Whom to turn to."""

    RELAY = "relay"
    JOURNAL = "journal"
    LEDGER = "ledger"
    CONTENT = "content"
    CONTESTED = "contested"
    REFUSED = "refused"


HOLDING = (TroubleKind.CONTESTED, TroubleKind.REFUSED)


def kind_of(trouble: str) -> TroubleKind:
    """Return the kind of a campaign's trouble; what the relay says has no word before it."""
    word = trouble.partition(":")[0]
    named = {kind.value for kind in TroubleKind} - {TroubleKind.RELAY.value}
    return TroubleKind(word) if word in named else TroubleKind.RELAY


def details_of(trouble: str) -> str:
    """Return a trouble without the word that tells its kind."""
    kind = kind_of(trouble)
    return trouble if kind is TroubleKind.RELAY else trouble.removeprefix(f"{kind}:").strip()


def is_held(trouble: str | None) -> bool:
    """Tell whether a campaign was paused by itself, until somebody lets it go on."""
    return bool(trouble) and kind_of(trouble or "") in HOLDING


def is_refused(trouble: str | None) -> bool:
    """Tell whether a campaign was paused because the relay refuses us."""
    return bool(trouble) and kind_of(trouble or "") is TroubleKind.REFUSED
