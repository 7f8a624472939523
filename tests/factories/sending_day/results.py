"""A list of ten people whose campaign had every end that a campaign can have."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import time_machine

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.models import MailingList
from supporters.my_data.disputes import report_dispute
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.signup.models import SourceCount
from supporters.signup.signup_sources import source_of_forwards
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from tests.factories.campaigns import ACCEPTED, RecordingTransport, launch, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

NAMES = (
    *("stays1", "stays2", "stays3", "leaves1", "leaves2", "disputes"),
    *("vanished", "full", "broken", "gone"),
)
ANSWERS = {
    "vanished": RelayReply(AttemptOutcome.REFUSED, "550 5.1.1"),
    "full": RelayReply(AttemptOutcome.REFUSED, "552 5.2.2"),
    "broken": RelayReply(AttemptOutcome.UNCERTAIN, ""),
}
# A mailbox that is known to be dead gets no later campaign.
BEFORE = {"vanished": RelayReply(AttemptOutcome.REFUSED, "550 5.7.1")}


def at(name: str) -> str:
    """Return the address of one of the ten."""
    return f"{name}@example.org"


def answer(recipient: str) -> RelayReply:
    """Return what the relay says of one of the ten."""
    return ANSWERS.get(recipient.partition("@")[0], ACCEPTED)


def send_as_answered() -> list[str]:
    """Send what is due; return the names of those to whom it was tried."""
    return _send(answer)


def _send(reply_to: Callable[[str], RelayReply]) -> list[str]:
    transport = RecordingTransport(reply_to)
    send_here(transport)
    return sorted(each.partition("@")[0] for each in transport.recipients)


def make_list_of_ten() -> MailingList:
    """Return a list with the ten people."""
    mailing_list = make_list()
    for name in NAMES:
        make_subscriber(at(name), mailing_list)
    return mailing_list


def leave_by(campaign_id: int, mailing_list: MailingList, *names: str) -> None:
    """Let people leave by the link of a campaign."""
    for name in names:
        person = subscriber_at(at(name))
        unsubscribe_by_link(person.id, mailing_list.id, Method.ONE_CLICK, campaign_id=campaign_id)


def make_result(mailing_list: MailingList, subject: str = "Samedi") -> int:
    """Return the id of a sent campaign: some left, one disputes, some were refused or skipped."""
    campaign_id = launch(mailing_list, subject, "La réunion est jeudi.")
    leave_by(0, mailing_list, "gone")
    send_as_answered()
    leave_by(campaign_id, mailing_list, "leaves1")
    with time_machine.travel(clock.now() + timedelta(days=1, hours=5)):
        leave_by(campaign_id, mailing_list, "leaves2")
        report_dispute(subscriber_at(at("disputes")).id, campaign_id)
    count_forwards_of(campaign_id, mailing_list, 3)
    return campaign_id


def count_forwards_of(campaign_id: int, mailing_list: MailingList, requests: int) -> None:
    """Let so many people ask to join by the link for friends."""
    with transaction():
        db.session.add(
            SourceCount(
                mailing_list_id=mailing_list.id,
                source=source_of_forwards(campaign_id),
                day=clock.now().date(),
                requests=requests,
            )
        )


def make_earlier(mailing_list: MailingList, subjects: Sequence[str]) -> list[int]:
    """Return the ids of campaigns that were sent before, and that nobody left."""
    ids = []
    for subject in subjects:
        ids.append(launch(mailing_list, subject, "Bonjour."))
        _send(lambda recipient: BEFORE.get(recipient.partition("@")[0], answer(recipient)))
    return ids
