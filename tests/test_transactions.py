"""A use case is one transaction: it opens its own or joins the open one; all is kept or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from supporters.consent.models import Purpose, PurposeKind
from supporters.database import (
    db,
    in_transaction,
    is_in_transaction,
    snapshot,
    transaction,
    use_case,
)
from supporters.dialects import empty_write_ahead_log

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)


@in_transaction
def add(moment: datetime) -> Purpose:
    """Add a purpose of this moment, as a step of a use case."""
    purpose = Purpose(kind=PurposeKind.NEWSLETTER, created_at=moment)
    db.session.add(purpose)
    return purpose


@use_case
def store(moment: datetime) -> int:
    """Store a moment; return the row's id."""
    purpose = add(moment)
    db.session.flush()
    return purpose.id


@use_case
def fail_after_keeping(moment: datetime) -> None:
    store(moment)
    raise InterruptedError


def store_by_itself(moment: datetime) -> None:
    """Store a moment in a transaction that joins no other one."""
    with transaction():
        add(moment)


OPENINGS = pytest.mark.parametrize(
    "keep", [store, store_by_itself], ids=["use_case", "transaction"]
)


def moments() -> list[datetime]:
    """Return every stored moment."""
    db.session.rollback()
    return [*db.session.scalars(db.select(Purpose.created_at).order_by(Purpose.created_at))]


@OPENINGS
def test_a_use_case_commits_its_changes(keep: Callable[[datetime], object]) -> None:
    keep(NOON)
    db.session.rollback()
    assert moments() == [NOON]


def test_a_transaction_that_fails_leaves_nothing() -> None:
    def fail() -> None:
        with transaction():
            add(NOON)
            db.session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert moments() == []


def test_a_use_case_that_fails_leaves_nothing_of_those_that_joined_it() -> None:
    with pytest.raises(InterruptedError):
        fail_after_keeping(NOON)
    assert moments() == []


def test_a_joined_use_case_that_fails_takes_the_whole_transaction_with_it() -> None:
    @use_case
    def call_it() -> None:
        add(NOON)
        fail_after_keeping(ONE)

    with pytest.raises(InterruptedError):
        call_it()
    assert moments() == []


def test_a_failure_that_the_caller_catches_keeps_nothing_either() -> None:
    @use_case
    def go_on() -> None:
        add(NOON)
        with pytest.raises(InterruptedError):
            fail_after_keeping(ONE)

    with pytest.raises(RuntimeError, match="within it failed"):
        go_on()
    assert moments() == []


def test_use_cases_that_join_are_committed_once() -> None:
    @use_case
    def keep_both() -> None:
        store(NOON)
        store(ONE)

    commits: list[object] = []
    event.listen(db.session.registry(), "after_commit", commits.append)
    keep_both()
    assert (len(commits), moments()) == (1, [NOON, ONE])


def test_a_joined_use_case_sees_what_its_caller_has_not_written_yet() -> None:
    with transaction():
        purpose = add(NOON)
        purpose.created_at = ONE
        store(NOON)
    assert moments() == [NOON, ONE]


@OPENINGS
def test_a_use_case_sees_what_others_wrote_meanwhile(
    app: Flask, keep: Callable[[datetime], object]
) -> None:
    mine = db.session.get_one(Purpose, store(NOON))
    with app.app_context(), transaction():
        db.session.get_one(Purpose, mine.id).created_at = ONE
    keep(NOON)
    assert mine.created_at == ONE


@OPENINGS
def test_a_use_case_called_with_unsaved_changes_of_another_is_refused(
    keep: Callable[[datetime], object],
) -> None:
    db.session.add(Purpose(kind=PurposeKind.NEWSLETTER, created_at=NOON))
    with pytest.raises(RuntimeError, match="unsaved"):
        keep(ONE)
    db.session.rollback()
    assert moments() == []


@pytest.mark.parametrize("flush", [True, False])
def test_a_step_that_commits_by_itself_is_refused_within_a_transaction(flush: bool) -> None:
    @use_case
    def nest() -> None:
        add(NOON)
        if flush:
            db.session.flush()
        store_by_itself(ONE)

    with pytest.raises(RuntimeError, match="with a transaction of its own"):
        nest()
    assert moments() == []


def begin_snapshot() -> None:
    """Read everything as it is at one moment."""
    with snapshot():
        moments()


@pytest.mark.parametrize("ends_what_was_read", [begin_snapshot, empty_write_ahead_log])
def test_nothing_that_ends_a_transaction_is_done_within_one(
    ends_what_was_read: Callable[[], object],
) -> None:
    @use_case
    def end_it() -> None:
        add(NOON)
        ends_what_was_read()

    with pytest.raises(RuntimeError, match="within a transaction"):
        end_it()
    assert moments() == []


@OPENINGS
def test_after_a_use_case_that_failed_the_next_one_works(
    keep: Callable[[datetime], object],
) -> None:
    with pytest.raises(InterruptedError), transaction():
        fail_after_keeping(ONE)
    keep(NOON)
    assert moments() == [NOON]


def test_a_step_outside_of_a_transaction_is_refused_by_its_name() -> None:
    with pytest.raises(RuntimeError, match=r"add was called outside of a transaction"):
        add(NOON)
    assert moments() == []


def test_a_step_after_the_end_of_the_transaction_is_refused() -> None:
    store(NOON)
    with pytest.raises(RuntimeError, match="outside"):
        add(ONE)
    assert moments() == [NOON]


def test_what_was_read_long_before_is_read_again() -> None:
    store(NOON)
    held = db.session.scalars(db.select(Purpose)).one()
    db.session.commit()
    with db.engine.begin() as elsewhere:
        elsewhere.execute(db.update(Purpose).values(created_at=ONE))
    with transaction():
        assert db.session.get_one(Purpose, held.id).created_at == ONE


def test_asking_for_a_transaction_opens_no_session() -> None:
    db.session.remove()
    assert not is_in_transaction()
    assert not db.session.registry.has()
