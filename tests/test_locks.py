"""A lock makes changes to one thing run one after the other, and its key never changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from flask import Flask

from supporters.consent.models import Purpose, PurposeKind
from supporters.database import db, transaction
from supporters.locks import Lock, lock_then_load
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

A_MOMENT = 0.3
LONG = 60.0
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)

# The keys of earlier versions: processes of both run at once during an upgrade.
KEYS = {
    Lock.SIGNUP_HOLD: ("", b"signup hold"),
    Lock.GUESS: (b"\x03\xff", b"guesses \x03\xff"),
    Lock.CHALLENGE: (b"\x03\xff", b"challenge \x03\xff"),
    Lock.IMPORT: ("", b"imports"),
    Lock.DKIM: ("", b"dkim keys"),
    Lock.SETUP: ("", b"delivery set-up"),
    Lock.ERASURE: ("", b"erasing"),
    Lock.MAILBOX: (b"\x01\xff", b"\x01\xff"),
    Lock.ADDRESS: (b"\x02\xff", b"\x02\xff"),
    Lock.DISPUTE: (7, b"contests of 7"),
    Lock.ACTS_ON_BEHALF: ("", b"acts on behalf"),
    Lock.LIST_ORDER: ("", b"order of lists"),
    Lock.ISSUE: ("", b"issues on the site"),
    Lock.SLUG: ("", b"addresses of sign-up pages"),
    Lock.LOOKUPS: (7, b"lookups by 7"),
    Lock.RECONFIRMATION: (7, b"asking 7"),
    Lock.WELCOME: ("", b"welcome emails"),
    Lock.EXPORT: ("anna@parti.example", b"export anna@parti.example"),
    Lock.PICTURE: ("0a1b", b"picture 0a1b"),
    Lock.TEAM_TEXT: ("", b"team texts"),
    Lock.THEME: ("", b"look of emails"),
    Lock.PAGE: ("0a1b", b"0a1b"),
    Lock.LINKS: ("", b"links of drafts"),
    Lock.EMAIL_SNAPSHOT: ("", b"email snapshots"),
    Lock.CONTROLLER: ("", b"controller"),
    Lock.CONSENT_LOG: ("", b"consent log"),
    Lock.WITNESSES: ("", b"witnesses"),
    Lock.TIMESTAMPS: ("", b"timestamps"),
    Lock.CHECKPOINT_EMAIL: ("", b"log head letter"),
    Lock.CASE_REMINDER: ("", b"reminders of cases"),
    Lock.BREACH_ALARM: ("", b"alarms about breaches"),
    Lock.RETENTION: ("", b"retention"),
    Lock.PENDING_COUNTS: ("", b"pending counts"),
    Lock.DISK_CLEANUP: ("", b"disk clean-up"),
    Lock.FEEDBACK_READER: ("", b"feedback reader"),
    Lock.DATABASE_MOVE: ("", b"database move"),
}


def make_purpose() -> int:
    """Store a purpose; return its id."""
    with transaction():
        purpose = Purpose(kind=PurposeKind.NEWSLETTER, created_at=NOON)
        db.session.add(purpose)
    return purpose.id


def while_held(
    app: Flask, hold: Callable[[], object], act: Callable[[], object], *, at_most: float = A_MOMENT
) -> tuple[object, bool]:
    """Run `act` while another transaction keeps a lock, until `act` ends or so many seconds.

    Return its result, and whether it ended while the lock was kept.
    """
    is_held, has_ended = Event(), Event()

    def keep() -> bool:
        with transaction():
            hold()
            is_held.set()
            return has_ended.wait(at_most)

    def act_meanwhile() -> object:
        assert is_held.wait(LONG)
        result = act()
        has_ended.set()
        return result

    ended_meanwhile, result = in_threads(app, [keep, act_meanwhile])
    return result, bool(ended_meanwhile)


def take(lock: Lock, thing: int) -> None:
    """Take a lock, in a transaction of its own."""
    with transaction():
        lock.take(thing)


def is_postgresql() -> bool:
    """Tell whether transactions that write can be open at the same time."""
    return db.engine.dialect.name == "postgresql"


def test_a_lock_has_the_key_of_earlier_versions() -> None:
    assert {lock: lock.key(KEYS[lock][0]) for lock in Lock} == {
        lock: key for lock, (_, key) in KEYS.items()
    }


def test_a_lock_of_things_is_not_taken_without_one_nor_the_other_way_round() -> None:
    for lock, thing in ((Lock.ADDRESS, b""), (Lock.RETENTION, 7)):
        with pytest.raises(ValueError, match=lock.name), transaction():
            lock.take(thing)


def test_a_lock_is_taken_within_a_transaction_only() -> None:
    with pytest.raises(RuntimeError, match=r"Lock\.take"):
        Lock.RETENTION.take()


def test_the_second_transaction_waits_for_the_end_of_the_first(app: Flask) -> None:
    _, was_taken_meanwhile = while_held(
        app, lambda: Lock.DISPUTE.take(1), lambda: take(Lock.DISPUTE, 1)
    )
    assert not was_taken_meanwhile


def test_the_lock_of_another_thing_waits_for_the_writer_of_sqlite_only(app: Flask) -> None:
    _, was_taken_meanwhile = while_held(
        app,
        lambda: Lock.DISPUTE.take(1),
        lambda: take(Lock.DISPUTE, 2),
        at_most=LONG if is_postgresql() else A_MOMENT,
    )
    assert was_taken_meanwhile is is_postgresql()


def test_the_load_sees_the_state_of_the_other_transaction(app: Flask) -> None:
    purpose_id = make_purpose()

    def change() -> None:
        Lock.DISPUTE.take(1)
        db.session.get_one(Purpose, purpose_id).created_at = ONE

    def load() -> float:
        with transaction():
            found = lock_then_load(
                Lock.DISPUTE, lambda: db.session.get_one(Purpose, purpose_id), lambda _: 1
            )
            return found.created_at.timestamp()

    assert while_held(app, change, load) == (ONE.timestamp(), False)


def test_the_callers_changes_are_kept() -> None:
    purpose_id = make_purpose()
    with transaction():
        purpose = db.session.get_one(Purpose, purpose_id)
        purpose.created_at = ONE
        lock_then_load(Lock.DISPUTE, lambda: None, lambda _: 1)
    db.session.rollback()
    assert db.session.get_one(Purpose, purpose_id).created_at == ONE


def test_a_row_without_a_thing_to_lock_is_loaded_once() -> None:
    loads: list[int] = []
    with transaction():
        lock_then_load(Lock.DISPUTE, lambda: loads.append(1), lambda _: None)
    assert loads == [1]


def test_rows_are_held_before_the_second_load() -> None:
    steps: list[str] = []
    with transaction():
        lock_then_load(
            Lock.DISPUTE,
            lambda: steps.append("load"),
            lambda _: 1,
            hold=lambda _: steps.append("hold"),
        )
    assert steps == ["load", "hold", "load"]
