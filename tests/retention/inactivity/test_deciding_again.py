"""A round decides again on what it read before: under the lock, and as an email leaves (REQ-36)."""

from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from supporters import clock, tasks
from supporters.cases.models import CaseKind
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.address_change import AddressChangeResult, request_address_change
from supporters.my_data.my_data_service import pause
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.reconfirmation.reconfirmation_mails import ReconfirmationReason
from supporters.retention.inactive_people import (
    ask_inactive_people,
    erase_former_subscribers,
    erase_inactive_people,
)
from supporters.retention.old_records import Tally
from supporters.retention.retention_actions import (
    RetentionActions,
    StillApplies,
    get_retention_actions,
)
from supporters.retention.rules import Category
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.cases import make_case
from tests.factories.consent.reconfirmation import ask_one, reconfirmation_emails
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.retention import list_all_runs, result_of
from tests.factories.signups import make_subscriber
from tests.machinery.threads import at_once
from tests.retention.inactivity.recording_actions import (
    DAY,
    END,
    HOUR,
    JOINED,
    YEARS,
    act,
    ask_and_send,
    events,
    is_there,
    joined,
    nightly,
)
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
FIVE_YEARS = 1826
CHANGES: dict[str, Callable[[int], object]] = {
    "acts": act,
    "is restricted": lambda person: restrict_person(person, Method.MY_DATA),
    "writes to us": lambda person: make_case(clock.now(), CaseKind.ACCESS, person),
    "leaves": lambda person: unsubscribe_from_every_list(person, Method.ORGANISER),
}
NEW = "new@example.net"


@pytest.fixture
def boris(mailing_list: MailingList, today: time_machine.Traveller) -> int:
    """Return the id of a person who confirmed an hour after Anna; move the clock by an hour."""
    today.shift(HOUR)
    return joined(mailing_list, BORIS, after=HOUR)[0]


def after(first: int, happens: Callable[[], object]) -> RetentionActions:
    """Return the real actions, with something that happens after the first person."""
    real = get_retention_actions()

    def erase(subscriber_id: int, still_applies: StillApplies, now: datetime) -> bool:
        is_done = real.erase(subscriber_id, still_applies, now)
        if subscriber_id == first:
            happens()
        return is_done

    def ask_to_reconfirm(subscriber_id: int, still_applies: StillApplies, now: datetime) -> bool:
        is_done = real.ask_to_reconfirm(subscriber_id, still_applies, now)
        if subscriber_id == first:
            happens()
        return is_done

    return RetentionActions(erase=erase, ask_to_reconfirm=ask_to_reconfirm)


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
@pytest.mark.parametrize("change", CHANGES)
def test_person_who_changes_during_the_round_is_not_erased(
    anna: int, boris: int, today: time_machine.Traveller, change: str
) -> None:
    ask_and_send()
    today.move_to(END + HOUR)
    tally = erase_inactive_people(YEARS, clock.now(), after(anna, lambda: CHANGES[change](boris)))
    assert (is_there(anna), is_there(boris)) == (False, True)
    assert (tally.deleted, tally.errors) == (1, 0)


@pytest.mark.both_databases
def test_person_who_comes_back_during_the_round_is_kept(
    anna: int, boris: int, mailing_list: MailingList, today: time_machine.Traveller
) -> None:
    with time_machine.travel(JOINED, tick=False):
        for person in (anna, boris):
            unsubscribe_from_every_list(person, Method.PAGE)
    today.move_to(JOINED + (FIVE_YEARS + 1) * DAY)
    actions = after(anna, lambda: make_subscriber(BORIS, mailing_list))
    tally = erase_former_subscribers(FIVE_YEARS, clock.now(), actions)
    assert (is_there(anna), is_there(boris)) == (False, True)
    assert (tally.deleted, tally.errors) == (1, 0)


@pytest.mark.parametrize("change", CHANGES)
def test_person_who_changes_in_the_minute_is_not_asked(anna: int, boris: int, change: str) -> None:
    tally = ask_inactive_people(YEARS, clock.now(), after(anna, lambda: CHANGES[change](boris)))
    assert (events(), tally) == ([anna], Tally(asked=1))


@pytest.mark.both_databases
def test_three_rounds_at_once_count_an_erasure_once(
    app: Flask, anna: int, today: time_machine.Traveller
) -> None:
    ask_and_send()
    today.move_to(END)
    at_once(app, nightly, workers=3)
    counts = [result_of(run.id, Category.PEOPLE) for run in list_all_runs() if run.is_round]
    assert sum(each.deleted for each in counts) == 1
    assert sum(each.errors for each in counts) == 0


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
