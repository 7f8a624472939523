"""Creates synthetic subscribers in SQL, with all rows that the database requires.

They are on a list without a signup, which the package can't do; the page and the evidence of each
consent event say so. The consent log has no entries of them. Their ids follow the time of joining,
as real ids do.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.schema import CreateTable

from supporters import clock
from supporters.consent.controllers import current_controller
from supporters.consent.log_sealing import seal
from supporters.consent.models import (
    ConsentEvent,
    EventKind,
    LawfulBasis,
    Method,
    Suppression,
    Wording,
)
from supporters.consent.suppression import EVERYTHING
from supporters.database import Model, UtcDateTime, db, transaction
from supporters.ids import RANDOM_BITS
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import find_list_by_slug
from supporters.people.address_hashes import address_mac
from supporters.people.models import SearchWord, Subscriber
from supporters.people.rules import list_words_of_person

PAGE = "synthetic:benchmarks"
LANGUAGE = "fr"
NAMES = ("Camille", "Zoé", "Jean-Baptiste", "Maël", None)
JOINED_OVER = timedelta(days=1000)
SECOND_EVENT = 1 << (RANDOM_BITS - 1)
ROWS_AT_ONCE = 10_000

_person = Table(
    "synthetic_person",
    MetaData(),
    Column("number", BigInteger, primary_key=True),
    Column("id", BigInteger),
    Column("address", String),
    Column("mac", LargeBinary),
    Column("evidence", LargeBinary),
    Column("given_name", String),
    Column("joined_at", UtcDateTime),
    prefixes=["TEMPORARY"],
)
Row = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The numbers of people: on the list, suppressed, and on the short list."""

    people: int
    suppressed: int
    short: int

    def wanted(self) -> set[str]:
        """Return the addresses that a campaign to the short list must reach."""
        return {_address(number) for number in range(self.short)}


def make_people(crowd: Crowd, slug: str, short_slug: str) -> None:
    """Put people on a list; put some of them, and all suppressed people, on a second list."""
    seal()
    with transaction():
        controller_id = current_controller().id
    few = or_(_person.c.number < crowd.short, _person.c.number >= crowd.people)
    places = [
        _ListMembers(_get_list(slug), true(), event_bit=0),
        _ListMembers(_get_list(short_slug), few, event_bit=SECOND_EVENT),
    ]
    with db.engine.connect().execution_options(is_writing=True) as connection:
        connection.execute(CreateTable(_person))
        _load(connection, _rows(crowd))
        _add_subscribers(connection)
        _add_words(connection, crowd)
        for place in places:
            _add_events(connection, place, controller_id)
            _add_subscriptions(connection, place)
        _suppress(connection, crowd)
        connection.commit()
    _run_maintenance()


@dataclass(frozen=True)
class _ListMembers:
    """A list, and the condition for the people on it."""

    mailing_list: MailingList
    condition: ColumnElement[bool]
    event_bit: int


def _run_maintenance() -> None:
    """Run the maintenance that PostgreSQL starts after minutes, so that it is not measured."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


def _get_list(slug: str) -> MailingList:
    mailing_list = find_list_by_slug(slug)
    assert mailing_list is not None
    return mailing_list


def _address(number: int) -> str:
    return f"person{number}@example.org"


def _rows(crowd: Crowd) -> Iterator[Row]:
    total = crowd.people + crowd.suppressed
    began, step = clock.now() - JOINED_OVER, JOINED_OVER / total
    for number, name in zip(range(total), itertools.cycle(NAMES), strict=False):
        joined_at = began + number * step
        milliseconds = int(joined_at.timestamp() * 1000)
        row_id = milliseconds << RANDOM_BITS | number % SECOND_EVENT
        address = _address(number)
        mac = address_mac(address)
        yield number, row_id, address, mac, b"synthetic " + mac, name, joined_at


def _load(connection: Connection, rows: Iterable[Row]) -> None:
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {_person.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    names, left = _person.c.keys(), iter(rows)
    while some := list(itertools.islice(left, ROWS_AT_ONCE)):
        connection.execute(insert(_person), [dict(zip(names, row, strict=True)) for row in some])


def _add_subscribers(connection: Connection) -> None:
    columns = {
        "id": _person.c.id,
        "address": _person.c.address,
        "address_key": _person.c.address,
        "address_mac": _person.c.mac,
        "given_name": _person.c.given_name,
        "language": literal(LANGUAGE),
        "created_at": _person.c.joined_at,
        "acted_at": _person.c.joined_at,
        "log_salt": _person.c.mac,
        "joined_event_id": _person.c.id,
        "joined_event_kind": literal(EventKind.CONFIRMED.value),
    }
    _insert(connection, Subscriber, columns, condition=true())


def _add_words(connection: Connection, crowd: Crowd) -> None:
    """Add the words by which the console finds these people."""
    for first in range(0, crowd.people + crowd.suppressed, ROWS_AT_ONCE):
        people = select(_person.c.id, _person.c.address, _person.c.given_name).where(
            _person.c.number.between(first, first + ROWS_AT_ONCE - 1)
        )
        rows = [
            {"word": word, "subscriber_id": person.id}
            for person in connection.execute(people).all()
            for word in list_words_of_person(person.address, person.given_name)
        ]
        connection.execute(insert(SearchWord), rows)


def _add_events(connection: Connection, place: _ListMembers, controller_id: int) -> None:
    purpose_id = place.mailing_list.purpose_id
    wording = select(Wording.id).where(
        Wording.purpose_id == purpose_id, Wording.language == LANGUAGE
    )
    columns = {
        "id": _person.c.id + place.event_bit,
        "kind": literal(EventKind.CONFIRMED.value),
        "subscriber_id": _person.c.id,
        "address_mac": _person.c.mac,
        "purpose_id": literal(purpose_id),
        "wording_id": literal(db.session.scalars(wording).one()),
        "method": literal(Method.LINK.value),
        "page_url": literal(PAGE),
        "requested_at": _person.c.joined_at,
        "occurred_at": _person.c.joined_at,
        "evidence": _person.c.evidence,
        "controller_id": literal(controller_id),
        "basis": literal(LawfulBasis.EXPLICIT_CONSENT.value),
    }
    _insert(connection, ConsentEvent, columns, condition=place.condition)


def _add_subscriptions(connection: Connection, place: _ListMembers) -> None:
    columns = {
        "subscriber_id": _person.c.id,
        "mailing_list_id": literal(place.mailing_list.id),
        "purpose_id": literal(place.mailing_list.purpose_id),
        "consent_event_id": _person.c.id + place.event_bit,
        "consent_kind": literal(EventKind.CONFIRMED.value),
        "subscribed_at": _person.c.joined_at,
    }
    _insert(connection, Subscription, columns, condition=place.condition)


def _suppress(connection: Connection, crowd: Crowd) -> None:
    columns = {
        "address_mac": _person.c.mac,
        "scope": literal(EVERYTHING),
        "since": _person.c.joined_at,
    }
    _insert(connection, Suppression, columns, condition=_person.c.number >= crowd.people)


def _insert(
    connection: Connection,
    model: type[Model],
    columns: Mapping[str, ColumnElement[Any]],
    *,
    condition: ColumnElement[bool],
) -> None:
    rows = select(*columns.values()).where(condition)
    connection.execute(insert(model).from_select([*columns], rows))
