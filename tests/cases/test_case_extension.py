"""A case is extended once, with a reason, in the first month, and the person is notified."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters.cases.case_service import ExtendCaseResult, close_case, extend_case
from supporters.cases.models import CaseAct, CaseKind
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS, last_day
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.servers.relay import Relay
from tests.web.console.pages import emails

pytestmark = pytest.mark.either_database

RECEIVED = datetime(2027, 3, 15, 12, tzinfo=PARIS)
REASON = "Vos données sont dans trois registres de papier."


def extend(case_id: int, *, after: timedelta) -> ExtendCaseResult:
    """Extend a case some time after it was received."""
    with time_machine.travel(RECEIVED + after, tick=False):
        return extend_case(case_id, REASON, by=None)


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
