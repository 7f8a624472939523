"""A case is extended once and closed once, and the officer is reminded of it."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.case_reminders import remind_of_cases
from supporters.cases.case_service import (
    CloseCaseResult,
    ExtendCaseResult,
    NewCaseEntry,
    add_entry,
    close_case,
    extend_case,
)
from supporters.cases.models import CaseAct, CaseKind
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS, last_day
from supporters.config import Settings
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.accounts import make_owner
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.servers.relay import Relay
from tests.web.console.pages import emails

pytestmark = pytest.mark.either_database
IN_NOVEMBER = datetime(2026, 11, 16, 12, tzinfo=PARIS)
RECEIVED = datetime(2027, 3, 15, 12, tzinfo=PARIS)
REASON = "Vos données sont dans trois registres de papier."


def extend(case_id: int, *, after: timedelta) -> ExtendCaseResult:
    """Extend a case some time after it was received."""
    with time_machine.travel(RECEIVED + after, tick=False):
        return extend_case(case_id, REASON, by=None)


DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


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
