"""A case counts from its receipt, is extended once and closed once, and its officer is reminded."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.acts_on_behalf import OnBehalfError
from supporters.cases.case_fulfilment import ReceivedRequest, receive_request
from supporters.cases.case_service import (
    CloseCaseResult,
    ExtendCaseResult,
    NewCaseEntry,
    add_entry,
    close_case,
    extend_case,
    remind_of_cases,
)
from supporters.cases.models import Case, CaseAct, CaseKind, Channel
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS, last_day
from supporters.config import Settings
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac, parse_address
from supporters.people.models import Subscriber
from tests.factories.accounts import make_owner
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account, use_up_acts
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, request_to_join, values_in
from tests.servers.relay import Relay
from tests.web.console.pages import emails

pytestmark = pytest.mark.either_database
IN_NOVEMBER = datetime(2026, 11, 16, 12, tzinfo=PARIS)
RECEIVED = datetime(2027, 3, 15, 12, tzinfo=PARIS)
REASON = "Vos données sont dans trois registres de papier."
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NOW = datetime(2027, 2, 10, 9, tzinfo=PARIS)


def extend(case_id: int, *, after: timedelta) -> ExtendCaseResult:
    """Extend a case some time after it was received."""
    with time_machine.travel(RECEIVED + after, tick=False):
        return extend_case(case_id, REASON, by=None)


def take(received_on: date, address: str | None = None, kind: CaseKind = CaseKind.ACCESS) -> Case:
    """Open a case by hand."""
    case = try_to_take(received_on, address, kind)
    assert isinstance(case, Case)
    return case


def try_to_take(received_on: date, address: str | None, kind: CaseKind) -> Case | OnBehalfError:
    """Open a case by hand, if the account may."""
    with time_machine.travel(NOW, tick=False):
        return receive_request(
            ReceivedRequest(
                kind=kind,
                channel=Channel.POST,
                received_on=received_on,
                note="Par lettre.",
                address=None if address is None else parse_address(address),
            )
        )


def is_suppressed_now(address: str) -> bool:
    return is_suppressed(address_mac(parse_address(address).key), [EVERYTHING], NOW)


def test_outcome_is_kept_and_shown_in_the_history(app: Flask) -> None:
    case, owner = make_case(IN_NOVEMBER), make_owner()
    assert close_case(case.id, "Effacée le 20.", by=owner.id) is CloseCaseResult.DONE
    assert again(case).outcome == "Effacée le 20."
    history = [(entry.act, entry.text, email) for entry, email in list_entries(case.id)]
    assert history == [(CaseAct.CLOSED, "Effacée le 20.", owner.email)]


def note(text: str) -> NewCaseEntry:
    """Return a note of an organiser."""
    return NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text=text)


def test_closed_case_keeps_its_outcome(app: Flask) -> None:
    case = make_case(IN_NOVEMBER)
    close_case(case.id, "Un.", by=None)
    assert close_case(case.id, "Deux.", by=None) is CloseCaseResult.ALREADY
    assert again(case).outcome == "Un."


def test_unknown_case_is_reported(app: Flask) -> None:
    assert close_case(1, "x", by=None) is CloseCaseResult.UNKNOWN
    assert not add_entry(1, note("x"))


def test_notes_are_kept_in_their_order_even_after_the_end(app: Flask) -> None:
    case = make_case(IN_NOVEMBER)
    add_entry(case.id, note("un"))
    with time_machine.travel(clock.now() + timedelta(seconds=1)):
        close_case(case.id, "deux", by=None)
    with time_machine.travel(clock.now() + timedelta(seconds=2)):
        add_entry(case.id, note("trois"))
    assert [entry.text for entry, _ in list_entries(case.id)] == ["un", "deux", "trois"]


def test_a_case_without_a_person_is_reported_as_not_notified(app: Flask) -> None:
    case = make_case(RECEIVED)
    assert extend(case.id, after=timedelta(days=3)) is ExtendCaseResult.NOT_NOTIFIED
    assert last_day(again(case).due_at) == date(2027, 6, 15)
    assert emails(EmailKind.CASE_EXTENDED) == []


def test_person_is_notified_of_the_reason_and_the_new_date(app: Flask, relay: Relay) -> None:
    with time_machine.travel(RECEIVED, tick=False):
        person = make_subscriber(ADDRESS, make_list())
        send_due_emails()
        relay.reset()
    case = make_case(RECEIVED, CaseKind.ERASURE, person.id)
    assert extend(case.id, after=timedelta(days=3)) is ExtendCaseResult.NOTIFIED
    with time_machine.travel(RECEIVED + timedelta(days=3), tick=False):
        send_due_emails()
    mail = relay.mails[0]
    text = mail.part("plain")
    assert mail.recipient == ADDRESS
    assert REASON in text
    assert "15 juin 2027" in text
    assert "15 mars 2027" in text


def test_day_32_is_too_late(app: Flask) -> None:
    case = make_case(RECEIVED)
    assert extend(case.id, after=timedelta(days=32)) is ExtendCaseResult.NOT_POSSIBLE
    assert (again(case).extended_at, last_day(case.due_at)) == (None, date(2027, 4, 15))


def test_twice_is_refused(app: Flask) -> None:
    case = make_case(RECEIVED)
    extend(case.id, after=timedelta(days=1))
    assert extend(case.id, after=timedelta(days=2)) is ExtendCaseResult.NOT_POSSIBLE
    assert [entry.act for entry, _ in list_entries(case.id)] == [CaseAct.EXTENDED]


def test_closed_or_unknown_is_refused(app: Flask) -> None:
    case = make_case(RECEIVED)
    close_case(case.id, "Fait.", by=None)
    assert extend(case.id, after=timedelta(days=1)) is ExtendCaseResult.NOT_POSSIBLE
    assert extend(99, after=timedelta(days=1)) is ExtendCaseResult.UNKNOWN


@pytest.mark.both_databases
def test_two_reminders_and_no_third(app: Flask) -> None:
    case = make_case(RECEIVED)
    moments = [case.due_at - 11 * DAY, case.due_at - 10 * DAY, case.due_at - 9 * DAY]
    moments += [case.due_at - 2 * DAY, case.due_at - DAY, case.due_at + 5 * DAY]
    assert [remind_of_cases(moment) for moment in moments] == [0, 1, 0, 1, 0, 0]
    assert len(emails(EmailKind.CASE_DUE)) == 2


def test_late_case_has_one_reminder(app: Flask) -> None:
    case = make_case(RECEIVED)
    assert [remind_of_cases(case.due_at - DAY + n * MINUTE) for n in range(3)] == [1, 0, 0]
    assert len(list_entries(case.id)) == 1


def test_closed_case_has_no_reminder(app: Flask) -> None:
    case = make_case(RECEIVED)
    close_case(case.id, "Fait.", by=None)
    assert remind_of_cases(case.due_at - DAY) == 0


def test_extended_case_is_reminded_of_again(app: Flask) -> None:
    case = make_case(RECEIVED)
    assert remind_of_cases(case.due_at - 5 * DAY) == 1
    with time_machine.travel(case.due_at - 4 * DAY, tick=False):
        extend_case(case.id, "Difficile.", by=None)
    due = again(case).due_at
    assert [remind_of_cases(due - days * DAY) for days in (20, 10, 5, 1)] == [0, 1, 0, 1]


def test_reminder_goes_to_the_officer_and_names_nobody(
    app: Flask, relay: Relay, settings: Settings
) -> None:
    case = make_case(RECEIVED, CaseKind.ERASURE)
    now = case.due_at - 10 * DAY
    remind_of_cases(now)
    values = values_in(emails(EmailKind.CASE_DUE)[0])
    with time_machine.travel(now, tick=False):
        send_due_emails()
    mail = relay.mails[0]
    text = mail.part("plain")
    assert mail.recipient == settings.dpo_contact
    assert "jeudi 15 avril 2027" in text
    assert f"http://localhost/console/cases/{case.id}" in text
    assert values["is_late"] == 0


def test_time_counts_from_the_day_of_receipt(app: Flask) -> None:
    case = take(date(2027, 1, 31))
    assert last_day(case.due_at) == date(2027, 3, 1)
    assert case.received_at.astimezone(PARIS).date() == date(2027, 1, 31)


def test_nothing_is_received_in_the_future(app: Flask) -> None:
    assert take(date(2027, 2, 10)).received_at <= NOW


def test_known_person_is_found_however_the_address_is_written(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    assert take(clock.now().date(), ADDRESS.upper()).subscriber_id == person.id


def test_unconfirmed_address_is_nobody(app: Flask) -> None:
    request_to_join(ADDRESS, make_list())
    assert take(date(2027, 2, 1), ADDRESS).subscriber_id is None


def test_a_dispute_restricts_the_person_and_a_question_does_not(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    take(date(2027, 2, 1), ADDRESS)
    asked = db.session.get_one(Subscriber, person.id).restricted_at
    take(date(2027, 2, 1), ADDRESS, CaseKind.DISPUTE)
    disputed = db.session.get_one(Subscriber, person.id).restricted_at
    assert (asked, disputed is not None) == (None, True)


def test_objection_of_an_unknown_person_takes_effect(app: Flask) -> None:
    take(date(2027, 2, 1), ADDRESS)
    before = is_suppressed_now(ADDRESS)
    case = take(date(2027, 2, 1), ADDRESS.upper(), CaseKind.OBJECTION)
    assert (before, is_suppressed_now(ADDRESS), case.subscriber_id) == (False, True, None)


def test_objection_of_a_known_person_unsubscribes_them_from_every_list(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    case = take(clock.now().date(), ADDRESS, CaseKind.OBJECTION)
    assert (list_subscriptions_of(person.id), is_suppressed_now(ADDRESS)) == ([], True)
    assert case.subscriber_id == person.id


def test_a_known_person_is_told_of_their_objection_and_can_undo_it(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    take(clock.now().date(), ADDRESS, CaseKind.OBJECTION)
    (email,) = emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)
    assert (values_in(email)["kind"], values_in(email)["channel"]) == ("on-behalf", "post")


@pytest.mark.parametrize("kind", [CaseKind.OBJECTION, CaseKind.DISPUTE])
def test_a_case_that_acts_at_once_counts_as_an_act_of_the_account(
    app: Flask, kind: CaseKind
) -> None:
    person, account = make_subscriber(ADDRESS, make_list()), make_owner()
    with time_machine.travel(NOW, tick=False):
        use_up_acts(account.id)
    with acting_account(account.id):
        refused = try_to_take(date(2027, 2, 1), ADDRESS, kind)
        take(date(2027, 2, 1), ADDRESS)
    assert refused is OnBehalfError.LIMIT_REACHED
    assert db.session.get_one(Subscriber, person.id).restricted_at is None
    assert (len(list_subscriptions_of(person.id)), is_suppressed_now(ADDRESS)) == (1, False)


def test_objection_without_an_address_opens_its_case(app: Flask) -> None:
    assert take(date(2027, 2, 1), kind=CaseKind.OBJECTION).closed_at is None
