"""What kind of trouble a campaign has: with the relay, with a worker's disk, or with the ledger."""

from enum import StrEnum


class TroubleKind(StrEnum):
    """Whom to turn to."""

    RELAY = "relay"
    JOURNAL = "journal"
    LEDGER = "ledger"


def kind_of(trouble: str) -> TroubleKind:
    """Return the kind of a campaign's trouble; what the relay says has no word before it."""
    word = trouble.partition(":")[0]
    return TroubleKind(word) if word in {"journal", "ledger"} else TroubleKind.RELAY


def details_of(trouble: str) -> str:
    """Return a trouble without the word that tells its kind."""
    kind = kind_of(trouble)
    return trouble if kind is TroubleKind.RELAY else trouble.removeprefix(f"{kind}:").strip()
