"""The data protection officer is reminded ten days and two days before the end, once each."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters.cases.case_reminders import remind_of_cases
from supporters.cases.case_service import close_case, extend_case
from supporters.cases.models import CaseKind
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS
from supporters.config import Settings
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.cases import again, make_case
from tests.factories.signups import values_in
from tests.servers.relay import Relay
from tests.web.console.pages import emails

pytestmark = pytest.mark.either_database

RECEIVED = datetime(2027, 3, 15, 12, tzinfo=PARIS)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


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
