"""The welcome email: once, only after a confirmation, and only while the person wants our mail."""

from datetime import timedelta

import pytest
import time_machine

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.list_thanks import ThanksFault, ThanksText, change_thanks, find_thanks
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.signup.welcome_mails import send_next_welcomes
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

WORDS = "Bonjour à vous.\n\nVoici notre programme."
FRENCH = ThanksText(next_email="Le prochain part en décembre.", welcome=WORDS, sends_welcome=True)
A_MINUTE = timedelta(minutes=1)


def welcoming_list() -> MailingList:
    """Return a list with a welcome email in French."""
    mailing_list = make_list()
    assert change_thanks(mailing_list.id, {"fr": FRENCH}) is True
    return mailing_list


def welcomes(address: str = ADDRESS) -> list[OutboxEmail]:
    return [*emails_to(address, EmailKind.WELCOME)]


def test_each_person_gets_one_welcome_with_the_words_of_the_list() -> None:
    mailing_list = welcoming_list()
    make_subscriber(ADDRESS, mailing_list)
    assert send_next_welcomes(clock.now()) == 1
    assert send_next_welcomes(clock.now() + A_MINUTE) == 0
    [email] = welcomes()
    values = values_in(email)
    assert values["paragraphs"] == ["Bonjour à vous.", "Voici notre programme."]
    assert values["next_email"] == "Le prochain part en décembre."
    assert "/leave/" in str(values["leave_url"])
    assert "/fr/receipt/" in str(values["receipt_url"])


def test_nobody_gets_it_who_confirmed_before_it_was_switched_on() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    with time_machine.travel(clock.now() + A_MINUTE):
        change_thanks(mailing_list.id, {"fr": FRENCH})
        assert send_next_welcomes(clock.now()) == 0
    assert welcomes() == []


def test_nobody_gets_it_a_day_later() -> None:
    mailing_list = welcoming_list()
    make_subscriber(ADDRESS, mailing_list)
    assert send_next_welcomes(clock.now() + timedelta(days=2)) == 0


def test_a_person_who_leaves_before_it_is_sent_does_not_get_it() -> None:
    mailing_list = welcoming_list()
    person = make_subscriber(ADDRESS, mailing_list)
    send_next_welcomes(clock.now())
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    send_due_emails()
    db.session.expire_all()
    assert [each.status for each in welcomes()] == [EmailStatus.GIVEN_UP]


def test_a_person_with_another_language_gets_the_text_that_there_is() -> None:
    mailing_list = welcoming_list()
    make_subscriber(ADDRESS, mailing_list, language="en")
    send_next_welcomes(clock.now())
    assert [each.language for each in welcomes()] == ["fr"]


def test_a_welcome_without_words_is_refused() -> None:
    mailing_list = make_list()
    empty = ThanksText(sends_welcome=True)
    assert change_thanks(mailing_list.id, {"fr": empty}) is ThanksFault.WELCOME_EMPTY
    assert find_thanks(mailing_list.id) == {}
    assert change_thanks(mailing_list.id, {}) is False


def test_the_confirmation_itself_writes_no_welcome() -> None:
    mailing_list = welcoming_list()
    person = make_subscriber(ADDRESS, mailing_list)
    assert db.session.get_one(Subscription, (person.id, mailing_list.id)).welcomed_at is None
    assert welcomes() == []
