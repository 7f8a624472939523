"""Reads of the ledger: what became of the mails of a campaign, or of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.models import Delivery


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many mails are in each state; together they are the audience."""

    audience: int
    queued: int = 0
    claimed: int = 0
    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    skipped: int = 0
    uncertain: int = 0

    @property
    def settled(self) -> int:
        """How many mails nothing more will happen to."""
        return self.accepted + self.refused + self.skipped + self.uncertain

    @property
    def percent(self) -> int:
        """The settled share, in whole percent, rounded down."""
        return 100 * self.settled // self.audience if self.audience else 0


def get_progress(campaign_id: int) -> Progress:
    """Return the states of a campaign's mails."""
    return _progress(Delivery.campaign_id == campaign_id)


def get_total_progress() -> Progress:
    """Return the states of all mails of all campaigns."""
    return _progress(true())


def _progress(condition: ColumnElement[bool]) -> Progress:
    rows = db.session.execute(
        select(Delivery.status, func.count()).where(condition).group_by(Delivery.status)
    )
    counts = {status.value: count for status, count in rows}
    return Progress(audience=sum(counts.values()), **counts)


def list_deliveries_to(subscriber_id: int, *, limit: int) -> Sequence[tuple[Delivery, Campaign]]:
    """Return the mails to a person with their campaigns, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.subscriber_id == subscriber_id)
        .order_by(Campaign.id.desc())
        .limit(limit)
    )
    return [(delivery, campaign) for delivery, campaign in rows]
