"""Builders of campaigns that are on their way, and a transport that remembers what it took."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import get_campaign
from supporters.database import db
from supporters.delivery.launching import launch_campaign
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus, Outcome
from supporters.delivery.transport import Reply
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from tests.builders import make_campaign, make_list, make_subscriber

ANNA, BORIS, CHLOE = "anna@example.org", "boris@example.org", "chloe@example.org"
ACCEPTED = Reply(Outcome.ACCEPTED, "250")
DEFERRED = Reply(Outcome.DEFERRED, "450")


def launch(
    mailing_list: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour."
) -> int:
    """Launch a campaign to a list; return its id."""
    launched = launch_campaign(make_campaign(mailing_list, subject, body).id)
    assert isinstance(launched, Campaign)
    return launched.id


def launch_to(*addresses: str, subject: str = "Des nouvelles", body: str = "Bonjour.") -> int:
    """Launch a campaign to a new list with people of these addresses; return its id."""
    mailing_list = make_list()
    for address in addresses:
        make_subscriber(address, mailing_list)
    return launch(mailing_list, subject, body)


def reload(campaign_id: int) -> Campaign:
    """Return a campaign as the database has it now."""
    db.session.rollback()
    return get_campaign(campaign_id)


def ledger(campaign_id: int) -> dict[str, DeliveryStatus]:
    """Return the state of each mail of a campaign, by address."""
    db.session.rollback()
    rows = db.session.execute(
        db.select(Subscriber.address, Delivery.status)
        .join(Delivery, Delivery.subscriber_id == Subscriber.id)
        .where(Delivery.campaign_id == campaign_id)
    )
    return dict(rows.all())


def delivery_to(campaign_id: int, address: str) -> Delivery:
    """Return the ledger row of one mail."""
    db.session.rollback()
    row = db.session.scalar(
        db.select(Delivery)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.campaign_id == campaign_id, Subscriber.address == address)
    )
    assert row is not None
    return row


def person(address: str) -> Subscriber:
    """Return the person with this address."""
    found = db.session.scalar(db.select(Subscriber).where(Subscriber.address == address))
    assert found is not None
    return found


class RecordingTransport:
    """A relay in memory: keeps what it took, and answers as `answer` says."""

    def __init__(self, answer: Callable[[str], Reply] = lambda recipient: ACCEPTED) -> None:
        self._answer = answer
        self.taken: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep what was taken."""

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """Take a mail, and answer."""
        self.taken.append((recipient, message))
        return self._answer(recipient)

    @property
    def recipients(self) -> list[str]:
        """Whom mail went to, in order."""
        return [recipient for recipient, _ in self.taken]
