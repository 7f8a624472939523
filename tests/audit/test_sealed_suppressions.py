"""Each suppression and its end are sealed: one that SQL adds, alters or deletes is named (1g)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.audit.queries import find_oldest_unsealed
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method, Suppression
from supporters.consent.suppression import (
    EVERYTHING,
    SIGNUP_MAIL,
    block_signup_mail,
    purpose_scope,
    suppress,
    suppress_everything,
    unblock_signup_mail,
)
from supporters.consent.suppression_records import LIFTED, SUPPRESSED
from supporters.database import db, transaction
from supporters.delivery.log_watch import verify_and_record
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with

MAC = bytes(range(32))
YEAR = timedelta(days=365)


def two_who_left(app: Flask) -> None:
    """Let Anna leave by a page, and Boris object."""
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.PAGE)
    object_to_everything(subscriber_at(BORIS).id)
    seal()
    assert faults() == []


pytestmark = [pytest.mark.both_databases, begins_with(two_who_left)]


def faults() -> list[str]:
    db.session.remove()
    return [str(each) for each in verify(clock.now()).faults]


def entries(kind: str) -> int:
    db.session.remove()
    return len(db.session.scalars(select(LogEntry.record_id).where(LogEntry.kind == kind)).all())


def run(statement: str) -> None:
    with transaction():
        assert db.session.execute(text(statement)).rowcount
    db.session.remove()


def test_the_log_has_every_suppression_and_names_no_address(app: Flask) -> None:
    rows = db.session.scalars(select(Suppression)).all()
    assert entries(SUPPRESSED) == len(rows) == 3
    report = verify(clock.now())
    assert (report.suppressions, report.unsealed_suppressions) == (3, 0)
    sealed = db.session.scalars(select(LogEntry.commitment)).all()
    assert not {each.address_mac for each in rows} & {*sealed}


def test_a_deleted_suppression_is_named(app: Flask) -> None:
    run("DELETE FROM suppression WHERE scope = 'everything'")
    [fault] = faults()
    assert "its row is missing, and the log has no end of it: it was deleted" in fault


@pytest.mark.parametrize(
    "change",
    [
        "scope = 'signup-letters' WHERE scope = 'everything'",
        "since = '2020-01-01 00:00:00' WHERE scope = 'everything'",
        "until = '2020-01-01 00:00:00' WHERE scope = 'everything'",
        "record_id = record_id + 1 WHERE scope = 'everything'",
    ],
)
def test_an_altered_suppression_is_named(app: Flask, change: str) -> None:
    run(f"UPDATE suppression SET {change}")
    assert any("suppression record_id=" in each for each in faults())


def test_an_added_suppression_is_named(app: Flask) -> None:
    verify_and_record(clock.now(), "machine")
    seal()
    run(
        "INSERT INTO suppression (address_mac, scope, since)"
        " SELECT log_salt, 'everything', created_at FROM subscriber"
    )
    [fault] = faults()
    assert "2 rows without a record were added since the log counted them" in fault


def test_an_added_suppression_with_a_record_of_its_own_is_named(app: Flask) -> None:
    run(
        "INSERT INTO suppression (address_mac, scope, since, record_id)"
        " SELECT log_salt, 'everything', created_at, id FROM subscriber"
    )
    assert [each for each in faults() if "no use case wrote it" in each] == faults()


def test_an_end_by_sql_is_named(app: Flask) -> None:
    run(
        "INSERT INTO log_entry (kind, record_id, commitment)"
        " SELECT 'lifted', record_id, address_mac FROM suppression WHERE scope = 'everything'"
    )
    run("DELETE FROM suppression WHERE scope = 'everything'")
    assert any("no use case wrote this end of a suppression" in each for each in faults())


def test_suppressions_from_before_are_counted_and_no_fault(app: Flask) -> None:
    with transaction():
        db.session.execute(
            text("INSERT INTO suppression (address_mac, scope, since) VALUES (:mac, 'x', :now)"),
            {"mac": MAC, "now": "2026-01-01 00:00:00"},
        )
    report = verify(clock.now())
    assert (report.unsealed_suppressions, report.faults) == (1, [])
    assert any("from before the log had them" in str(each) for each in report.notes)


def test_a_confirmation_seals_the_end_of_what_it_lifts(app: Flask) -> None:
    make_subscriber(BORIS, make_list("local", "Local"))
    seal()
    assert (entries(LIFTED), faults()) == (1, [])


def test_the_end_of_an_old_suppression_is_no_old_wait(app: Flask) -> None:
    with transaction(), clock.pretend(clock.now() - YEAR):
        block_signup_mail(MAC, clock.now())
    seal()
    with transaction():
        unblock_signup_mail(MAC)
    assert find_oldest_unsealed() is None


def test_a_suppression_that_changes_has_an_end_and_a_new_record(app: Flask) -> None:
    now = clock.now()
    with transaction():
        block_signup_mail(MAC, now)
        block_signup_mail(MAC, now + YEAR)
        suppress(MAC, EVERYTHING, now=now, until=None)
        suppress_everything(MAC, now + YEAR)
        suppress(MAC, SIGNUP_MAIL, now=now, until=now)
    seal()
    assert (entries(SUPPRESSED), entries(LIFTED), faults()) == (7, 2, [])
    with transaction():
        assert unblock_signup_mail(MAC)
        assert not unblock_signup_mail(MAC)
    seal()
    assert (entries(LIFTED), faults()) == (3, [])


def test_a_leaving_replaces_a_suppression_that_would_have_ended(app: Flask) -> None:
    mailing_list = make_list("local", "Local")
    make_subscriber(ANNA, mailing_list)
    person, now = subscriber_at(ANNA), clock.now()
    with transaction():
        suppress(person.address_mac, purpose_scope(mailing_list.purpose_id), now=now, until=now)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    seal()
    assert (entries(LIFTED), faults()) == (1, [])


def test_somebody_who_leaves_twice_has_one_suppression(app: Flask) -> None:
    make_subscriber(ANNA, make_list("local", "Local"))
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.PAGE)
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.PAGE)
    seal()
    assert faults() == []
