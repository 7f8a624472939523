"""Creates synthetic subscribers in SQL, with all rows that the database requires.

They are on a list without a signup, which the package can't do; the page and the evidence of each
consent event say so. Their entries in the consent log are outside of the tree, which has no
negative positions. Their ids follow the time of joining, as real ids do.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    false,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.schema import CreateTable

from supporters import clock
from supporters.audit.sealed_rows import list_sealed_events
from supporters.consent.act_places import THIRD_FORM, ActSurface
from supporters.consent.consent_events import current_controller
from supporters.consent.log_sealing import seal
from supporters.consent.models import (
    Agreement,
    ConsentEvent,
    EventKind,
    LawfulBasis,
    Method,
    Suppression,
    Wording,
)
from supporters.consent.record_holders import hash_holder
from supporters.consent.suppression import EVERYTHING
from supporters.database import Model, UtcDateTime, db, transaction
from supporters.ids import RANDOM_BITS
from supporters.lists.models import Subscription
from supporters.lists.queries import find_list_by_slug
from supporters.people.addresses import address_mac
from supporters.people.models import SearchWord, Subscriber
from supporters.people.rules import list_words_of_person
from supporters.transparency_log.log_records import LogRecord
from supporters.transparency_log.models import LogEntry

PAGE = "synthetic:benchmarks"
LANGUAGE = "fr"
NAMES = ("Camille", "Zoé", "Jean-Baptiste", "Maël", None)
JOINED_OVER = timedelta(days=1000)
PLACE_BITS = 4  # of the random bits of an id: the first event of a person has zero
EVENT_STEP = 1 << (RANDOM_BITS - PLACE_BITS)
ROWS_AT_ONCE = 10_000

person = Table(
    "synthetic_person",
    MetaData(),
    Column("number", BigInteger, primary_key=True),
    Column("id", BigInteger),
    Column("address", String),
    Column("mac", LargeBinary),
    Column("evidence", LargeBinary),
    Column("holder", LargeBinary),
    Column("given_name", String),
    Column("joined_at", UtcDateTime),
    prefixes=["TEMPORARY"],
)
Row = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The numbers of people: on the list, suppressed, former ones, and those on the short list.

    `joined_over`: the time until now over which their consents are spread. `has_entries`: whether
    their consents have entries in the log, outside of the tree.
    """

    people: int
    suppressed: int
    short: int
    former: int = 0
    joined_over: timedelta = JOINED_OVER
    has_entries: bool = True

    @property
    def total(self) -> int:
        """How many people there are, former ones included."""
        return self.people + self.suppressed + self.former

    def wanted(self) -> set[str]:
        """Return the addresses that a campaign to the short list must reach."""
        return {_address(number) for number in range(self.short)}


def make_people(crowd: Crowd, slug: str, short_slug: str) -> None:
    """Put people on a list; put some of them, and all suppressed people, on a second list."""
    few = or_(person.c.number < crowd.short, person.c.number >= crowd.people)
    add_people(crowd, [place_on(slug), place_on(short_slug, few)])


@dataclass(frozen=True, kw_only=True)
class Place:
    """A purpose that people agreed to, its list if it has one, and the condition for the people.

    The people of `left` confirmed and withdrew. The first place of several has everybody.
    """

    purpose_id: int
    list_id: int | None = None
    joined: ColumnElement[bool] = field(default_factory=true)
    left: ColumnElement[bool] = field(default_factory=false)
    page_snapshot_id: int | None = None


def place_on(slug: str, joined: ColumnElement[bool] | None = None, **more: Any) -> Place:
    """Return a list as a place, for everybody or for the people of a condition."""
    found = find_list_by_slug(slug)
    assert found is not None
    is_there = true() if joined is None else joined
    return Place(purpose_id=found.purpose_id, list_id=found.id, joined=is_there, **more)


def add_people(crowd: Crowd, places: Sequence[Place]) -> None:
    """Add people to these places, with all rows that the database requires."""
    seal()
    with transaction():
        controller_id = current_controller().id
    with db.engine.connect().execution_options(is_writing=True) as connection:
        connection.execute(CreateTable(person))
        _load(connection, _rows(crowd))
        _add_subscribers(connection)
        _add_words(connection, crowd)
        for number, place in enumerate(places):
            event_id = person.c.id + 2 * number * EVENT_STEP
            columns = _event_columns(place.purpose_id, event_id, controller_id)
            _add_events(connection, place, columns)
            _add_withdrawals(connection, place, {**columns, "id": event_id + EVENT_STEP})
            _add_consents(connection, place, event_id)
        _suppress(connection, crowd)
        connection.commit()
    if crowd.has_entries:
        _add_entries()
    run_maintenance()


def _add_entries() -> None:
    """Add the log entries of the consents, outside of the tree: without them no campaign leaves."""
    consents = list_sealed_events(
        ConsentEvent.kind == EventKind.CONFIRMED, LogEntry.commitment.is_(None)
    )
    add_entries((each.record for each in consents if each.record), is_outside=True)


def add_entries(records: Iterator[LogRecord], *, is_outside: bool) -> int:
    """Add the entries of records, or entries outside of the tree; return how many.

    The session reads on between two additions: it isn't idle for long, and holds no millions.
    """
    added = 0
    with db.engine.connect().execution_options(is_writing=True) as connection:
        while some := [*itertools.islice(records, ROWS_AT_ONCE)]:
            entries = [
                {
                    "kind": each.kind,
                    "record_id": each.id,
                    "commitment": each.commitment,
                    "position": -each.id if is_outside else None,
                }
                for each in some
            ]
            connection.execute(insert(LogEntry), entries)
            added += len(entries)
        connection.commit()
    db.session.rollback()
    return added


def run_maintenance() -> None:
    """Run the maintenance that PostgreSQL starts after minutes, so that it is not measured."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


def _address(number: int) -> str:
    return f"person{number}@example.org"


def _rows(crowd: Crowd) -> Iterator[Row]:
    began, step = clock.now() - crowd.joined_over, crowd.joined_over / crowd.total
    for number, name in zip(range(crowd.total), itertools.cycle(NAMES), strict=False):
        joined_at = began + number * step
        milliseconds = int(joined_at.timestamp() * 1000)
        row_id = milliseconds << RANDOM_BITS | number % EVENT_STEP
        address = _address(number)
        mac = address_mac(address)
        holder = hash_holder(address, mac)
        yield number, row_id, address, mac, b"synthetic " + mac, holder, name, joined_at


def _load(connection: Connection, rows: Iterable[Row]) -> None:
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {person.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    names, left = person.c.keys(), iter(rows)
    while some := list(itertools.islice(left, ROWS_AT_ONCE)):
        connection.execute(insert(person), [dict(zip(names, row, strict=True)) for row in some])


def _add_subscribers(connection: Connection) -> None:
    columns = {
        "id": person.c.id,
        "address": person.c.address,
        "address_key": person.c.address,
        "address_mac": person.c.mac,
        "given_name": person.c.given_name,
        "language": literal(LANGUAGE),
        "created_at": person.c.joined_at,
        "acted_at": person.c.joined_at,
        "log_salt": person.c.mac,
        "joined_event_id": person.c.id,
        "joined_event_kind": literal(EventKind.CONFIRMED.value),
    }
    _insert(connection, Subscriber, columns, condition=true())


def _add_words(connection: Connection, crowd: Crowd) -> None:
    """Add the words by which the console finds these people."""
    for first in range(0, crowd.total, ROWS_AT_ONCE):
        people = select(person.c.id, person.c.address, person.c.given_name).where(
            person.c.number.between(first, first + ROWS_AT_ONCE - 1)
        )
        rows = [
            {"word": word, "subscriber_id": each.id}
            for each in connection.execute(people).all()
            for word in list_words_of_person(each.address, each.given_name)
        ]
        connection.execute(insert(SearchWord), rows)


Columns = Mapping[str, ColumnElement[Any]]


def _event_columns(purpose_id: int, event_id: ColumnElement[int], controller_id: int) -> Columns:
    return {
        "id": event_id,
        "subscriber_id": person.c.id,
        "address_mac": person.c.mac,
        "purpose_id": literal(purpose_id),
        "occurred_at": person.c.joined_at,
        "controller_id": literal(controller_id),
        "basis": literal(LawfulBasis.EXPLICIT_CONSENT.value),
        "record_form": literal(THIRD_FORM),
        "holder": person.c.holder,
        "surface": literal(ActSurface.SITE.value),
    }


def _add_events(connection: Connection, place: Place, columns: Columns) -> None:
    wording = select(Wording.id).where(
        Wording.purpose_id == place.purpose_id, Wording.language == LANGUAGE
    )
    columns = {
        **columns,
        "kind": literal(EventKind.CONFIRMED.value),
        "wording_id": literal(connection.scalars(wording).one()),
        "method": literal(Method.LINK.value),
        "page_url": literal(PAGE),
        "page_snapshot_id": literal(place.page_snapshot_id, Integer),
        "requested_at": person.c.joined_at,
        "evidence": person.c.evidence,
    }
    _insert(connection, ConsentEvent, columns, condition=place.joined)


def _add_withdrawals(connection: Connection, place: Place, columns: Columns) -> None:
    method, kind = literal(Method.ONE_CLICK.value), literal(EventKind.WITHDRAWN.value)
    columns = {**columns, "kind": kind, "method": method}
    _insert(connection, ConsentEvent, columns, condition=and_(place.joined, place.left))


def _add_consents(connection: Connection, place: Place, event_id: ColumnElement[int]) -> None:
    """Add the subscriptions of a list, or the agreements to a purpose without a list."""
    columns = {
        "subscriber_id": person.c.id,
        "purpose_id": literal(place.purpose_id),
        "consent_event_id": event_id,
        "consent_kind": literal(EventKind.CONFIRMED.value),
    }
    are_there = and_(place.joined, not_(place.left))
    if place.list_id is None:
        return _insert(connection, Agreement, columns, condition=are_there)
    columns |= {"mailing_list_id": literal(place.list_id), "subscribed_at": person.c.joined_at}
    return _insert(connection, Subscription, columns, condition=are_there)


def is_suppressed(crowd: Crowd) -> ColumnElement[bool]:
    """Return the condition for the suppressed people."""
    return person.c.number.between(crowd.people, crowd.people + crowd.suppressed - 1)


def _suppress(connection: Connection, crowd: Crowd) -> None:
    columns = {
        "address_mac": person.c.mac,
        "scope": literal(EVERYTHING),
        "since": person.c.joined_at,
    }
    _insert(connection, Suppression, columns, condition=is_suppressed(crowd))


def _insert(
    connection: Connection,
    model: type[Model],
    columns: Mapping[str, ColumnElement[Any]],
    *,
    condition: ColumnElement[bool],
) -> None:
    rows = select(*columns.values()).where(condition)
    connection.execute(insert(model).from_select([*columns], rows))
