"""Compares what arrived at the receiving server with the ledger, whatever happened between."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from tests.faults.findings import LEAVING_TAKES_EFFECT_WITHIN_SECONDS, MAY_HAVE_ARRIVED
from tests.faults.receiver.mail_server import Arrival


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The emails of the campaign that people got so far.

    Lost: the ledger says that they got it, and nothing came. Unknown: the ledger says that their
    outcome is. After leaving: it came over two seconds after their unsubscription was confirmed.
    """

    reached: int
    lost: int
    twice: int
    unknown: int
    after_leaving: int

    @property
    def is_right(self) -> bool:
        """Tell whether the promises were kept."""
        return not (self.lost or self.twice or self.after_leaving)


def tally(
    ledger: Mapping[str, str], arrivals: Sequence[Arrival], left: Mapping[str, float]
) -> Tally:
    """Return what came, by the states of the emails in the ledger, read before the arrivals."""
    reached = {each.recipient for each in arrivals}
    accepted = {address for address, status in ledger.items() if status == "accepted"}
    return Tally(
        reached=len(reached),
        lost=len(accepted - reached),
        twice=len(arrivals) - len(reached),
        unknown=sum(status == "uncertain" for status in ledger.values()),
        after_leaving=sum(
            each.at > left[each.recipient] + LEAVING_TAKES_EFFECT_WITHIN_SECONDS
            for each in arrivals
            if each.recipient in left
        ),
    )


def add_missed(
    found: Tally, ledger: Mapping[str, str], arrivals: Sequence[Arrival], *, people: Set[str]
) -> Tally:
    """Return it for a campaign that has ended: each of these people should have got it.

    Lost are all to whom nothing came, whatever the ledger says, and those who got it and of whom it
    doesn't know.
    """
    reached = {each.recipient for each in arrivals}
    hidden = {each for each in reached if ledger.get(each) not in MAY_HAVE_ARRIVED}
    return replace(found, lost=len({*people} - reached) + len(hidden))
