"""What kind of trouble a campaign has: whose it is tells whom to turn to."""

from enum import StrEnum


class TroubleKind(StrEnum):
    """Whom to turn to."""

    RELAY = "relay"
    JOURNAL = "journal"
    LEDGER = "ledger"
    CONTENT = "content"
    CONTESTED = "contested"
    LOG = "log"
    REFUSED = "refused"


# Until a person lets the campaign go on.
PAUSES = (TroubleKind.CONTESTED, TroubleKind.LOG, TroubleKind.REFUSED)


def kind_of(trouble: str) -> TroubleKind:
    """Return the kind of a campaign's trouble; what the relay says has no word before it."""
    word = trouble.partition(":")[0]
    named = {kind.value for kind in TroubleKind} - {TroubleKind.RELAY.value}
    return TroubleKind(word) if word in named else TroubleKind.RELAY


def details_of(trouble: str) -> str:
    """Return a trouble without the word that tells its kind."""
    kind = kind_of(trouble)
    return trouble if kind is TroubleKind.RELAY else trouble.removeprefix(f"{kind}:").strip()


def is_paused_by_itself(trouble: str | None) -> bool:
    """Tell whether a campaign was stopped for a reason that a person has to look into."""
    return bool(trouble) and kind_of(trouble or "") in PAUSES


def is_refused(trouble: str | None) -> bool:
    """Tell whether a campaign was paused because the relay refuses us."""
    return bool(trouble) and kind_of(trouble or "") is TroubleKind.REFUSED
