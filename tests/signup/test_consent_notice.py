"""The consent notice: one email for each confirmation, to its mailbox, if owners want it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.consent_notice import find_notice_since, switch_notice
from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.signup.welcome_mails import send_next_welcomes
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.lists.test_optional_purposes import make_subscriber_of_everything, offered

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
WELCOME = ThanksText(welcome="Bonjour.", sends_welcome=True)


def notices() -> list[OutboxEmail]:
    return [*emails_to(ADDRESS, EmailKind.WELCOME)]


def told() -> list[list[str]]:
    """Return what each email to the person says was recorded, oldest first."""
    return [values_in(each)["recorded"] for each in notices()]


def test_nobody_gets_a_notice_before_it_is_switched_on() -> None:
    assert find_notice_since() is None
    make_subscriber(ADDRESS, make_list())
    assert send_next_welcomes(clock.now()) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        switch_notice(is_on=True)
        assert send_next_welcomes(clock.now()) == 0


def test_each_confirmation_has_one_notice_with_all_its_lists() -> None:
    switch_notice(is_on=True)
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ADDRESS, national, lyon)
    assert send_next_welcomes(clock.now()) == 1
    assert send_next_welcomes(clock.now()) == 0
    assert told() == [["La Lettre nationale", "Lyon"]]
    values = values_in(notices()[0])
    assert (values["paragraphs"], values["next_email"]) == ([], "")
    assert all(f"/{name}/" in str(values[f"{name}_url"]) for name in ("why", "receipt", "leave"))


def test_the_notice_says_when_in_the_language_of_the_person_by_the_clock_of_the_party() -> None:
    with time_machine.travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)):
        switch_notice(is_on=True)
        make_subscriber(ADDRESS, make_list(), language="en")
        send_next_welcomes(clock.now())
    [email] = notices()
    assert email.language == "en"
    assert values_in(email)["recorded_at"] == "1 December 2026, 00:30"


def test_a_later_confirmation_has_a_notice_of_its_own() -> None:
    switch_notice(is_on=True)
    make_subscriber(ADDRESS, make_list())
    send_next_welcomes(clock.now())
    make_subscriber(ADDRESS, make_list("lyon", "Lyon"))
    send_next_welcomes(clock.now())
    assert told() == [["La Lettre nationale"], ["Lyon"]]


def test_the_welcome_of_a_list_says_it_and_there_is_no_second_email() -> None:
    switch_notice(is_on=True)
    national, lyon = make_list(), make_list("lyon", "Lyon")
    change_thanks(lyon.id, {"fr": WELCOME})
    make_subscriber(ADDRESS, national, lyon)
    assert send_next_welcomes(clock.now()) == 1
    assert told() == [["La Lettre nationale", "Lyon"]]
    assert values_in(notices()[0])["paragraphs"] == ["Bonjour."]


def test_of_two_welcomes_the_first_says_it() -> None:
    switch_notice(is_on=True)
    lists = make_list(), make_list("lyon", "Lyon")
    for each in lists:
        change_thanks(each.id, {"fr": WELCOME})
    make_subscriber(ADDRESS, *lists)
    assert send_next_welcomes(clock.now()) == 2
    assert sorted(told()) == [[], ["La Lettre nationale", "Lyon"]]


@pytest.mark.both_databases
def test_a_consent_without_a_list_is_told_with_the_list() -> None:
    switch_notice(is_on=True)
    offered()
    make_subscriber_of_everything(make_list())
    send_next_welcomes(clock.now())
    [names] = told()
    assert len(names) == 2


def test_a_person_who_left_meanwhile_gets_no_notice() -> None:
    switch_notice(is_on=True)
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    send_next_welcomes(clock.now())
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    send_due_emails()
    db.session.expire_all()
    assert [each.status for each in notices()] == [EmailStatus.GIVEN_UP]


@pytest.mark.both_databases
def test_switching_is_an_act_of_the_audit_log_and_a_repetition_is_none() -> None:
    assert switch_notice(is_on=True)
    assert not switch_notice(is_on=True)
    assert switch_notice(is_on=False)
    assert not switch_notice(is_on=False)
    acts = [*db.session.scalars(db.select(AuditEvent.act).order_by(AuditEvent.id))]
    assert [each for each in acts if "notice" in each] == ["list.notice_on", "list.notice_off"]
    assert find_notice_since() is None
    make_subscriber(ADDRESS, make_list())
    assert send_next_welcomes(clock.now()) == 0
