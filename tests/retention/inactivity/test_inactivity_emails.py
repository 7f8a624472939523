"""A reconfirmation email is checked again as it leaves: it reaches its person, or nobody."""

import pytest

from supporters import clock, tasks
from supporters.cases.models import CaseKind
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.address_change import AddressChangeResult, request_address_change
from supporters.my_data.pauses import pause
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.reconfirmation.reconfirmation_mails import ReconfirmationReason
from tests.factories.campaigns import ANNA
from tests.factories.cases import make_case
from tests.factories.consent.reconfirmation import ask_one, reconfirmation_emails
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import make_subscriber
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NEW = "new@example.net"


def questions_to(relay: Relay, address: str) -> list[str]:
    """Return the reconfirmation emails that reached a mailbox."""
    texts = [mail.part("plain") for mail in relay.mails_to(address)]
    return [text for text in texts if "/again/" in text]


def move_to(subscriber_id: int, address: str) -> None:
    """Change a person's address."""
    request_address_change(subscriber_id, parse_address(address), "fr")
    email = emails_to(address, EmailKind.NEW_ADDRESS)[-1]
    assert (
        confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])
        is AddressChangeResult.DONE
    )


@pytest.mark.both_databases
@pytest.mark.parametrize("reason", ReconfirmationReason)
def test_email_does_not_reach_a_later_owner_of_the_mailbox(
    anna: int, mailing_list: MailingList, relay: Relay, reason: ReconfirmationReason
) -> None:
    ask_one(db.session.get_one(Subscriber, anna), mailing_list.purpose_id, reason)
    move_to(anna, NEW)
    make_subscriber(ANNA, mailing_list)
    send_due_emails()
    assert (len(reconfirmation_emails()), questions_to(relay, ANNA), questions_to(relay, NEW)) == (
        1,
        [],
        [],
    )


@pytest.mark.both_databases
def test_email_does_not_leave_to_a_person_who_acted(anna: int, relay: Relay) -> None:
    tasks.ask_again()
    pause(anna, 3)
    send_due_emails()
    assert questions_to(relay, ANNA) == []


def test_email_does_not_leave_to_a_person_with_an_open_case(anna: int, relay: Relay) -> None:
    tasks.ask_again()
    make_case(clock.now(), CaseKind.ACCESS, anna)
    send_due_emails()
    assert questions_to(relay, ANNA) == []
