"""A case is closed once; its history keeps the outcome."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.case_service import CloseCaseResult, NewCaseEntry, add_entry, close_case
from supporters.cases.models import CaseAct
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS
from tests.factories.accounts import make_owner
from tests.factories.cases import again, make_case

pytestmark = pytest.mark.either_database

RECEIVED = datetime(2026, 11, 16, 12, tzinfo=PARIS)


def test_outcome_is_kept_and_shown_in_the_history(app: Flask) -> None:
    case, owner = make_case(RECEIVED), make_owner()
    assert close_case(case.id, "Effacée le 20.", by=owner.id) is CloseCaseResult.DONE
    assert again(case).outcome == "Effacée le 20."
    history = [(entry.act, entry.text, email) for entry, email in list_entries(case.id)]
    assert history == [(CaseAct.CLOSED, "Effacée le 20.", owner.email)]


def note(text: str) -> NewCaseEntry:
    """Return a note of an organiser."""
    return NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text=text)


def test_closed_case_keeps_its_outcome(app: Flask) -> None:
    case = make_case(RECEIVED)
    close_case(case.id, "Un.", by=None)
    assert close_case(case.id, "Deux.", by=None) is CloseCaseResult.ALREADY
    assert again(case).outcome == "Un."


def test_unknown_case_is_reported(app: Flask) -> None:
    assert close_case(1, "x", by=None) is CloseCaseResult.UNKNOWN
    assert not add_entry(1, note("x"))


def test_notes_are_kept_in_their_order_even_after_the_end(app: Flask) -> None:
    case = make_case(RECEIVED)
    add_entry(case.id, note("un"))
    with time_machine.travel(clock.now() + timedelta(seconds=1)):
        close_case(case.id, "deux", by=None)
    with time_machine.travel(clock.now() + timedelta(seconds=2)):
        add_entry(case.id, note("trois"))
    assert [entry.text for entry, _ in list_entries(case.id)] == ["un", "deux", "trois"]
