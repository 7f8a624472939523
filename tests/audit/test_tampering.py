"""The verification names every record of consent that an attacker altered (REQ-20, 21).

It tries every column of every table of the log, on both databases, without foreign keys.
"""

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Table

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.erasure_records import record_erasure
from supporters.consent.log_sealing import seal
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    Method,
    PageSnapshot,
    PageStyle,
)
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.consent.record_forms import describe_disclosure, describe_restoration
from supporters.consent.record_models import Disclosure, DisclosureKind, ErasureReason, Restoration
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_lookup
from supporters.ids import new_id
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import add_entry, person_key, restoration_key
from supporters.transparency_log.models import FactKind, LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.sealed_facts import seal_fact
from tests.factories.consent.consent_log import acknowledge_restorations
from tests.factories.consent.reconfirmation import accept, ask_one, change_meaning, token_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import begins_with
from tests.transparency_log.tampered_logs import (
    COLUMNS,
    LOGGED,
    ChangeNotAllowed,
    RowValues,
    delete_row,
    flip_bit,
    insert_copy,
    restore_row,
    rows_of,
    swap,
)

NEW_NAME = "Le Nouveau Parti"
REQUESTS = 300  # more than the leaves of a tile
KINDS = {
    "purpose": "purpose",
    "wording": "wording",
    "page_snapshot": "page",
    "email_snapshot": "email",
    "controller": "controller",
    "erasure": "erased",
    "disclosure": "disclosed",
    "restoration": "restored",
}


def make_log(app: Flask) -> None:
    """Make a log without a fault: at least two records of every kind, and several checkpoints."""
    national, local = make_list(), make_list("local", "La Lettre locale")
    for language in ("fr", "en"):
        html = f"<h1>{language}</h1>{national.description * 20}{local.name}"
        store_page_snapshot(html, language, style={"/static/css/base.css": f"/* {language} */"})
    seal()
    for language in ("fr", "en"):
        request_to_join(f"{language}@example.org", local, language=language)
    send_due_emails()
    anna = make_subscriber("anna@example.org", national, local)
    changed = change_meaning(local)
    accept(token_in(ask_one(anna, changed.id)), changed.id)
    rename_party(app, NEW_NAME)
    boris = make_subscriber("boris@example.org", local)
    seal()
    unsubscribe_from_list(anna.id, local.id, Method.PAGE)
    with transaction():
        for person in (anna, boris):
            _disclose(person)
            _add_erasure()
            _add_restoration()
            seal_fact(FactKind.COUNTED, {"unsealed_suppressions": 0}, clock.now(), about_id=1)
        _add_requests()
    acknowledge_restorations()
    seal()
    assert reported() == set()


pytestmark = [pytest.mark.either_database, begins_with(make_log)]


@pytest.fixture(autouse=True)
def _renamed(app: Flask) -> None:
    """Begin in an application that has the new name."""
    rename_party(app, NEW_NAME)


def _add_requests() -> None:
    """Add entries of requests that nobody confirmed."""
    first = new_id(clock.now())
    db.session.add_all(
        LogEntry(kind="requested", record_id=first + number, commitment=bytes(32))
        for number in range(REQUESTS)
    )


def _disclose(person: Subscriber) -> None:
    now = clock.now()
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.ACCESS,
        subscriber_id=person.id,
        asked_by="the person",
        reason="asked",
        people=1,
        occurred_at=now,
    )
    db.session.add(disclosure)
    add_entry(describe_disclosure(disclosure, key=person_key(person.log_salt)))


def _add_erasure() -> None:
    """Record the purge of an old disclosure. The log may never have had its entry."""
    now = clock.now()
    old = new_id(now - timedelta(days=800))
    record_erasure([("disclosed", old)], ErasureReason.EXPIRED, now=now)


def _add_restoration() -> None:
    checkpoint, now = find_latest_checkpoint(), clock.now()
    assert checkpoint is not None
    restoration = Restoration(
        id=new_id(now),
        lost_head=checkpoint.checkpoint,
        restored_size=0,
        replayed=0,
        occurred_at=now,
    )
    db.session.add(restoration)
    add_entry(describe_restoration(restoration, key=restoration_key()))


def reported() -> set[tuple[str, str]]:
    """Return the tables and rows that the verification reports."""
    db.session.remove()
    return {(each.table, each.row) for each in verify(clock.now()).faults}


def names_of(table: Table, *rows: RowValues) -> set[tuple[str, str]]:
    """Return the names by which the verification may report rows."""
    words = (word for row in rows for word in (_name_by_key(table, row), _name_by_place(row)))
    return {(table.name, word) for word in words}


def _name_by_key(table: Table, row: RowValues) -> str:
    kind = KINDS.get(table.name) or str(row.get("kind"))
    match table.name:
        case "log_entry":
            return f"{kind} {row['record_id']}"
        case "log_tile":
            return f"{row['level']}/{row['number']}"
        case "log_checkpoint":
            return str(row["size"])
        case "subscriber":
            return str(row["id"])
        case _:
            return f"{kind} {row['id']}"


def _name_by_place(row: RowValues) -> str:
    return f"position {row.get('position')}"


def name_of(table: Table) -> str:
    return table.name


@pytest.mark.both_databases
@pytest.mark.parametrize("table", COLUMNS, ids=name_of)
def test_one_altered_value_is_reported(table: Table) -> None:
    *_, row = rows_of(table)
    assert (list_unnoticed(table, row), reported()) == ([], set())


def test_one_altered_value_of_a_lookup_on_nobody_is_reported() -> None:
    asked = disclose_lookup(asked_by="shell:root", reason="plainte")
    table = cast(Table, Disclosure.__table__)
    *_, row = rows_of(table)
    assert row["id"] == asked.id
    assert (list_unnoticed(table, row), reported()) == ([], set())


def list_unnoticed(table: Table, row: RowValues) -> list[str]:
    """Alter and restore each column of a row; return the columns without a fault."""
    unnoticed = []
    for column in COLUMNS[table]:
        try:
            altered = flip_bit(column, row)
        except ChangeNotAllowed:
            continue
        if not reported() & names_of(table, row, altered):
            unnoticed.append(column.name)
        delete_row(table, altered)
        restore_row(table, row)
    return unnoticed


@pytest.mark.parametrize("table", LOGGED, ids=name_of)
def test_a_deleted_row_is_reported(table: Table) -> None:
    first, *_, last = rows_of(table)
    for row in (first, last):
        delete_row(table, row)
        assert reported() & names_of(table, row), row
        restore_row(table, row)


@pytest.mark.parametrize("kind", [EventKind.REQUESTED, EventKind.RECONFIRMATION_REQUESTED])
def test_a_deleted_request_is_reported_once(kind: EventKind) -> None:
    table = cast(Table, ConsentEvent.__table__)
    row = next(each for each in rows_of(table) if each["kind"] is kind)
    delete_row(table, row)
    assert reported() == {("consent_event", f"{kind} {row['id']}")}


def test_a_deleted_controller_is_reported_and_not_its_events() -> None:
    table = cast(Table, Controller.__table__)
    first, *_ = rows_of(table)
    delete_row(table, first)
    assert reported() == {("controller", f"controller {first['id']}")}


@pytest.mark.both_databases
def test_an_altered_style_is_reported_by_its_pages() -> None:
    table = cast(Table, PageStyle.__table__)
    style = rows_of(table)[0]
    page = next(
        each["id"]
        for each in rows_of(cast(Table, PageSnapshot.__table__))
        if each["style_hash"] == style["content_hash"]
    )
    for column in table.columns:
        altered = flip_bit(column, style)
        assert reported() == {("page_snapshot", f"page {page}")}
        delete_row(table, altered)
        assert reported() == {("page_snapshot", f"page {page}")}
        restore_row(table, style)
    assert reported() == set()


@pytest.mark.parametrize("table", LOGGED, ids=name_of)
def test_swapped_rows_are_reported(table: Table) -> None:
    first, *_, last = rows_of(table)
    swap(table, first, last)
    assert reported() & names_of(table, first, last)


@pytest.mark.parametrize("table", LOGGED, ids=name_of)
def test_an_inserted_row_is_reported(table: Table) -> None:
    *_, row = rows_of(table)
    try:
        added = insert_copy(table, row)
    except ChangeNotAllowed:
        return
    assert reported() & names_of(table, added)
