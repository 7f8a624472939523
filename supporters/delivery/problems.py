"""The kinds of problems of a campaign: the kind says whom to turn to."""

from enum import StrEnum


class ProblemKind(StrEnum):
    """The part of the system that has the problem."""

    RELAY = "relay"
    JOURNAL = "journal"
    SIGNING = "signing"
    LEDGER = "ledger"
    CONTENT = "content"
    DISPUTED = "contested"
    LOG = "log"
    AUDIENCE = "audience"
    REFUSED = "refused"
    VERSION = "version"
    SCHEDULE = "schedule"
    SILENCE = "silence"
    DEAD_ADDRESSES = "dead addresses"
    DEPARTURES = "departures"
    COMPLAINTS = "complaints"
    RETURNED = "returned"


# Until a person resumes the campaign.
PAUSES = (
    *(ProblemKind.DISPUTED, ProblemKind.LOG, ProblemKind.AUDIENCE),
    *(ProblemKind.REFUSED, ProblemKind.VERSION, ProblemKind.SILENCE),
    *(ProblemKind.DEAD_ADDRESSES, ProblemKind.DEPARTURES),
    *(ProblemKind.COMPLAINTS, ProblemKind.RETURNED),
)


def kind_of(problem: str) -> ProblemKind:
    """Return the kind of a campaign's problem; a problem of the relay has no prefix."""
    word = problem.partition(":")[0]
    named = {kind.value for kind in ProblemKind} - {ProblemKind.RELAY.value}
    return ProblemKind(word) if word in named else ProblemKind.RELAY


def details_of(problem: str) -> str:
    """Return a problem without the word for its kind."""
    kind = kind_of(problem)
    return problem if kind is ProblemKind.RELAY else problem.removeprefix(f"{kind}:").strip()


def numbers_of(problem: str) -> list[int]:
    """Return the numbers of a problem: of a threshold, the people, of how many, and its limit."""
    return [int(each) for each in details_of(problem).split("/") if each.isdecimal()]


def is_paused_by_itself(problem: str | None) -> bool:
    """Tell whether a campaign paused itself for a reason that a person must look into."""
    return bool(problem) and kind_of(problem or "") in PAUSES


def is_refused(problem: str | None) -> bool:
    """Tell whether a campaign was paused because the relay refuses us."""
    return bool(problem) and kind_of(problem or "") is ProblemKind.REFUSED
