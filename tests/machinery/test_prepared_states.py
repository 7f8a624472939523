"""A test that begins with a prepared state has a copy of it: no other test sees its changes."""

from pathlib import Path

import pytest
from flask import Flask

from supporters.database import transaction
from supporters.extensions import queue
from supporters.lists.models import MailingList
from supporters.lists.queries import list_lists
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with, made_once

JOB = "sweep_deliveries"


def note_of(app: Flask) -> Path:
    """Return a file in the instance folder."""
    return Path(app.instance_path) / "note"


def make_state(app: Flask) -> list[str]:
    """Make a list, a file and a job."""
    note_of(app).write_text("made once")
    queue.later(JOB)
    return [make_list().slug]


@pytest.mark.both_databases
@begins_with(make_state)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_begins_with_the_state_as_it_was_made(
    app: Flask, prepared: list[str], turn: str
) -> None:
    assert [each.slug for each in list_lists()] == prepared == ["national"]
    assert note_of(app).read_text() == "made once"
    assert queue.count_waiting() == 1
    prepared.append(make_list("local", "La Lettre locale").slug)
    note_of(app).write_text("changed")
    queue.later(JOB)


def test_without_the_mark_a_test_begins_with_nothing(app: Flask) -> None:
    assert list_lists() == []
    assert queue.count_waiting() == 0


_made: list[str] = []


@made_once
def first_list(app: Flask) -> MailingList:
    """Make a list."""
    _made.append("first")
    return make_list()


@made_once
def both_lists(first_list: MailingList) -> list[MailingList]:
    """Make another list."""
    return [first_list, make_list("local", "La Lettre locale")]


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_copy_of_what_a_fixture_made_once(
    app: Flask, both_lists: list[MailingList], first_list: MailingList, turn: str
) -> None:
    assert [each.slug for each in list_lists()] == ["national", "local"]
    assert both_lists[0] is first_list
    assert first_list.name == "La Lettre nationale"
    with transaction():
        first_list.name = "Changed"
    assert next(each.name for each in list_lists() if each.slug == "national") == "Changed"
    assert len(_made) <= 2  # once for each database


def test_only_what_a_test_asks_for_is_made(app: Flask, first_list: MailingList) -> None:
    assert [each.slug for each in list_lists()] == ["national"]
