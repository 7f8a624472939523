"""Write access to the database is not enough to begin the log again, in whole or in part.

Each attack uses SQL only, and then the honest worker seals what it finds.
"""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.log_records import LogRecord, format_moment
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with

HASH_BYTES = 32


def make_history(_app: Flask) -> None:
    """Seal two people, then that the first one leaves, then a third person."""
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    seal()
    unsubscribe_from_list(subscriber_at(ANNA).id, mailing_list.id, Method.PAGE)
    seal()
    make_subscriber(CHLOE, mailing_list)
    seal()


pytestmark = [pytest.mark.both_databases, begins_with(make_history)]


def verify(runner: FlaskCliRunner) -> tuple[int, str]:
    """Return the end and the words of `flask consent verify`, after the worker sealed."""
    with suppress(Exception):  # it may refuse, and log why
        seal()
    db.session.remove()
    done = runner.invoke(args=["consent", "verify"])
    return done.exit_code, done.output


def put_back(address: str) -> None:
    """Delete the traces that a person left, and put their subscription back."""
    person = subscriber_at(address)
    left = db.session.scalars(
        db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.WITHDRAWN)
    ).one()
    consent = db.session.scalars(
        db.select(ConsentEvent).where(
            ConsentEvent.kind == EventKind.CONFIRMED, ConsentEvent.subscriber_id == person.id
        )
    ).one()
    db.session.execute(db.delete(LogEntry).where(LogEntry.record_id == left.id))
    db.session.delete(left)
    db.session.add(
        Subscription(
            subscriber_id=person.id,
            mailing_list_id=db.session.scalars(db.select(MailingList.id)).one(),
            purpose_id=consent.purpose_id,
            consent_event_id=consent.id,
            consent_kind="confirmed",
            subscribed_at=consent.occurred_at,
        )
    )


def cut_off(size: int) -> None:
    """Take the log back to a size, as if the rest waited for sealing."""
    db.session.execute(db.update(LogEntry).where(LogEntry.position >= size).values(position=None))
    db.session.execute(db.delete(LogCheckpoint).where(LogCheckpoint.size > size))
    if size:
        tile = db.session.scalars(db.select(LogTile)).one()
        tile.hashes = tile.hashes[: HASH_BYTES * size]
    else:
        db.session.execute(db.delete(LogTile))


def forge_restoration(size: int, lost: str) -> None:
    """Add the record of a restoration, with the key that everybody knows."""
    now = clock.now()
    forged = Restoration(
        id=new_id(now), lost_head=lost, restored_size=size, replayed=0, occurred_at=now
    )
    fields = {
        "lost_head": lost,
        "restored_size": size,
        "replayed": 0,
        "occurred_at": format_moment(now),
    }
    record = LogRecord("restored", forged.id, fields)
    db.session.add(forged)
    db.session.add(LogEntry(kind=record.kind, record_id=record.id, commitment=record.commitment))


def sizes() -> list[int]:
    return [*db.session.scalars(db.select(LogCheckpoint.size).order_by(LogCheckpoint.size))]


def newest_text() -> str:
    newest = db.select(LogCheckpoint.checkpoint).order_by(LogCheckpoint.size.desc()).limit(1)
    return db.session.scalars(newest).one()


def backdate_consent(address: str) -> None:
    """Date the consent of a person to 2021, before any log, and delete its entry."""
    consent = db.session.scalars(
        db.select(ConsentEvent).where(
            ConsentEvent.kind == EventKind.CONFIRMED,
            ConsentEvent.subscriber_id == subscriber_at(address).id,
        )
    ).one()
    consent.occurred_at = datetime(2021, 1, 1, tzinfo=UTC)
    db.session.execute(db.delete(LogEntry).where(LogEntry.record_id == consent.id))


def test_a_forged_restoration_does_not_hide_a_withdrawal(runner: FlaskCliRunner) -> None:
    with transaction():
        first, lost = sizes()[0], newest_text()
        cut_off(first)
        put_back(ANNA)
        forge_restoration(first, lost)
    status, words = verify(runner)
    assert (status, "restoration" in words) == (1, True), words
    assert runner.invoke(args=["consent", "head", "--compare", str(checkpoints_file())]).exit_code


def test_a_forged_restoration_begins_no_log_again(runner: FlaskCliRunner) -> None:
    with transaction():
        lost = newest_text()
        cut_off(0)
        put_back(ANNA)
        backdate_consent(BORIS)
        forge_restoration(0, lost)
    status, words = verify(runner)
    assert (status, "the log began again" in words) == (1, True), words


def test_a_log_does_not_begin_again_where_the_checkpoints_outside_are_gone(
    runner: FlaskCliRunner,
) -> None:
    with transaction():
        cut_off(0)
        put_back(ANNA)
        backdate_consent(BORIS)
    checkpoints_file().unlink()
    status, words = verify(runner)
    assert (status, "the log began again" in words) == (1, True), words


def test_the_seal_of_the_birth_is_missed_as_well(runner: FlaskCliRunner) -> None:
    with transaction():
        cut_off(0)
        db.session.execute(text("DELETE FROM data_key WHERE name = 'log-birth'"))
    checkpoints_file().unlink()
    status, words = verify(runner)
    assert (status, "was deleted" in words) == (1, True), words


def test_an_honest_log_has_no_fault(runner: FlaskCliRunner) -> None:
    status, words = verify(runner)
    assert status == 0, words
