"""The kinds of problems of a campaign: the kind says whom to turn to."""

from enum import StrEnum


class ProblemKind(StrEnum):
    """The part of the system that has the problem."""

    RELAY = "relay"
    JOURNAL = "journal"
    LEDGER = "ledger"
    CONTENT = "content"
    DISPUTED = "contested"
    LOG = "log"
    REFUSED = "refused"
    VERSION = "version"


# Until a person resumes the campaign.
PAUSES = (ProblemKind.DISPUTED, ProblemKind.LOG, ProblemKind.REFUSED, ProblemKind.VERSION)


def kind_of(trouble: str) -> ProblemKind:
    """Return the kind of a campaign's problem; a problem of the relay has no prefix."""
    word = trouble.partition(":")[0]
    named = {kind.value for kind in ProblemKind} - {ProblemKind.RELAY.value}
    return ProblemKind(word) if word in named else ProblemKind.RELAY


def details_of(trouble: str) -> str:
    """Return a problem without the word for its kind."""
    kind = kind_of(trouble)
    return trouble if kind is ProblemKind.RELAY else trouble.removeprefix(f"{kind}:").strip()


def is_paused_by_itself(trouble: str | None) -> bool:
    """Tell whether a campaign paused itself for a reason that a person must look into."""
    return bool(trouble) and kind_of(trouble or "") in PAUSES


def is_refused(trouble: str | None) -> bool:
    """Tell whether a campaign was paused because the relay refuses us."""
    return bool(trouble) and kind_of(trouble or "") is ProblemKind.REFUSED
