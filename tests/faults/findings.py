"""Compares the messages that the receiving server accepted with the ledger and the departures."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving

LEAVING_TAKES_EFFECT_WITHIN_SECONDS = 2
KNOWN_NOT_TO_HAVE_LEFT = {"refused", "skipped", "uncertain"}
MAY_HAVE_ARRIVED = {"accepted", "uncertain"}


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The results of a campaign, as the receiving server saw them.

    Duplicates: messages more than there were recipients. Lost: people of the audience who got
    nothing, although the ledger doesn't say so. Uncertain: people with that state in the ledger.
    Unwanted: messages accepted over two seconds after their reader's unsubscription was committed.
    Mismatched: people on whom the ledger and the receiving server say opposite things.
    """

    duplicates: int = 0
    lost: int = 0
    uncertain: int = 0
    unwanted: int = 0
    mismatched: int = 0

    def are_right(self, *, uncertain_at_most: int = 0) -> bool:
        """Tell whether the promises were kept."""
        others = (self.duplicates, self.lost, self.unwanted, self.mismatched)
        return not any(others) and self.uncertain <= uncertain_at_most


def examine(
    site: Installation,
    receiving: Receiving,
    *campaigns: int,
    left: Mapping[str, float] | None = None,
) -> Findings:
    """Return the results of campaigns. `left`: when people's unsubscriptions were committed."""
    found = [_examine(site, receiving, campaign, left or {}) for campaign in campaigns]
    return Findings(
        duplicates=sum(each.duplicates for each in found),
        lost=sum(each.lost for each in found),
        uncertain=sum(each.uncertain for each in found),
        unwanted=sum(each.unwanted for each in found),
        mismatched=sum(each.mismatched for each in found),
    )


def _examine(
    site: Installation, receiving: Receiving, campaign: int, left: Mapping[str, float]
) -> Findings:
    arrivals = receiving.arrivals(campaign)
    reached = {each.recipient for each in arrivals}
    ledger = _read_ledger(site, campaign)
    said_accepted = {address for address, status in ledger.items() if status == "accepted"}
    may_have_arrived = {address for address, status in ledger.items() if status in MAY_HAVE_ARRIVED}
    accounted_for = {
        address for address, status in ledger.items() if status in KNOWN_NOT_TO_HAVE_LEFT
    }
    return Findings(
        duplicates=len(arrivals) - len(reached),
        lost=site.ledger.count_people(campaign) - len((reached & set(ledger)) | accounted_for),
        uncertain=sum(status == "uncertain" for status in ledger.values()),
        unwanted=sum(
            each.at > left[each.recipient] + LEAVING_TAKES_EFFECT_WITHIN_SECONDS
            for each in arrivals
            if each.recipient in left
        ),
        mismatched=len(said_accepted - reached) + len(reached - may_have_arrived),
    )


def _read_ledger(site: Installation, campaign: int) -> dict[str, str]:
    """Return the state of each email of a campaign, by address."""
    rows = site.ledger.ask(
        "SELECT subscriber.address, delivery.status FROM delivery"
        " JOIN subscriber ON subscriber.id = delivery.subscriber_id"
        " WHERE delivery.campaign_id = :campaign",
        campaign=campaign,
    )
    return {str(address): str(status) for address, status in rows}
