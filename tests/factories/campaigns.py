"""Factories of launched campaigns, and a transport that records the messages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import get_campaign
from supporters.database import db, transaction, update_where
from supporters.delivery.claims import Claim, claim_batch
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import DeliveryListener, OutgoingMessage, RelayReply
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

ANNA, BORIS, CHLOE = "anna@example.org", "boris@example.org", "chloe@example.org"
ACCEPTED = RelayReply(AttemptOutcome.ACCEPTED, "250")
DEFERRED = RelayReply(AttemptOutcome.DEFERRED, "450")


def launch(
    mailing_list: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour."
) -> int:
    """Launch a campaign to a list; return its id."""
    launched = launch_ready(make_campaign(mailing_list, subject, body).id)
    assert isinstance(launched, Campaign)
    return launched.id


def launch_to_addresses(
    *addresses: str, subject: str = "Des nouvelles", body: str = "Bonjour."
) -> int:
    """Launch a campaign to a new list with people of these addresses; return its id."""
    mailing_list = make_list()
    for address in addresses:
        make_subscriber(address, mailing_list)
    return launch(mailing_list, subject, body)


def make_draft_to_two() -> Campaign:
    """Return a draft to a new list with two people."""
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    return make_campaign(mailing_list, "Samedi", "La réunion est jeudi.")


def reload(campaign_id: int) -> Campaign:
    """Return a campaign, read again from the database."""
    db.session.rollback()
    db.session.expire_all()
    return get_campaign(campaign_id)


def ledger(campaign_id: int) -> dict[str, DeliveryStatus]:
    """Return the state of each delivery of a campaign, by address."""
    db.session.rollback()
    rows = db.session.execute(
        db.select(Subscriber.address, Delivery.status)
        .join(Delivery, Delivery.subscriber_id == Subscriber.id)
        .where(Delivery.campaign_id == campaign_id)
    )
    return dict(rows.all())


def delivery_to(campaign_id: int, address: str) -> Delivery:
    """Return the ledger row of one delivery."""
    db.session.rollback()
    row = db.session.scalar(
        db.select(Delivery)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.campaign_id == campaign_id, Subscriber.address == address)
    )
    assert row is not None
    return row


def claim(campaign_id: int, sender: str = "sender") -> Claim | None:
    """Claim the next batch of a campaign. Without a rate there is no rate limit."""
    claimed = claim_batch(campaign_id, sender, now=clock.now())
    assert claimed is None or isinstance(claimed, Claim)
    return claimed


def batches(campaign_id: int) -> Sequence[DeliveryBatch]:
    """Return the batches of a campaign, read again from the database."""
    db.session.rollback()
    return db.session.scalars(
        db.select(DeliveryBatch)
        .where(DeliveryBatch.campaign_id == campaign_id)
        .order_by(DeliveryBatch.number)
    ).all()


def make_due(campaign_id: int) -> None:
    """Let the deferred emails of a campaign be due now."""
    past = clock.now() - timedelta(minutes=1)
    with transaction():
        deferred = (Delivery.campaign_id == campaign_id, Delivery.settled_at.is_(None))
        update_where(Delivery, *deferred, next_attempt_at=past)
        waiting = (DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.due_at.is_not(None))
        update_where(DeliveryBatch, *waiting, due_at=past)


def subscriber_at(address: str) -> Subscriber:
    """Return the person with this address."""
    found = db.session.scalar(db.select(Subscriber).where(Subscriber.address == address))
    assert found is not None
    return found


class RecordingTransport:
    """A relay in memory: it records the messages, and replies by `answer`."""

    def __init__(self, answer: Callable[[str], RelayReply] = lambda recipient: ACCEPTED) -> None:
        self._answer = answer
        self.taken: list[tuple[str, bytes]] = []
        self.problem: RelayReply | None = None

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Record messages and reply. An attempt that raises an error ends the delivery."""
        self.problem = None
        for message in messages:
            if not listener.before_body(message):
                listener.on_reply(message, RelayReply(AttemptOutcome.NOT_TRIED, ""))
                return
            self.taken.append((message.recipient, message.content))
            reply = self._answer(message.recipient)
            listener.on_reply(message, reply)
            if reply.outcome is AttemptOutcome.NOT_TRIED:
                self.problem = reply
                return

    def end_idle(self) -> None:
        """Close the connection if it was not used lately."""

    def close(self) -> None:
        """Close the connection."""

    @property
    def recipients(self) -> list[str]:
        """The recipients of the messages, in order."""
        return [recipient for recipient, _ in self.taken]


def send(transport: RecordingTransport | None = None) -> list[str]:
    """Run a worker until nothing is due; return the recipients."""
    transport = transport or RecordingTransport()
    send_here(transport)
    return sorted(transport.recipients)
