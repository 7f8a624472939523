"""Writes the search words of people: at their confirmation, and when their values change.

A process of the earlier version writes no words while an upgrade is under way. A worker of this
version adds them.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, event, exists, insert, inspect, select
from sqlalchemy.dialects import postgresql

from supporters.database import db, use_case
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.fast_path.session_calls import run_calls
from supporters.ids import first_id_of
from supporters.people.models import SearchWord, Subscriber
from supporters.people.rules import list_words_of_person

UPGRADE_TAKES_AT_MOST = timedelta(days=1)
AT_ONCE = 1_000
_ADD = RowsInsert(postgresql.insert(SearchWord).on_conflict_do_nothing(), ("word", "subscriber_id"))
_DROP = Statement(delete(SearchWord).where(SearchWord.subscriber_id == bindparam("words_of")))


def add_word_rows(subscriber_id: int, address_key: str, given_name: str | None) -> list[Call]:
    """Return the call that adds the words of a person, if they have any."""
    words = list_words_of_person(address_key, given_name)
    rows = [{"word": each, "subscriber_id": subscriber_id} for each in words]
    return [_ADD(rows)] if rows else []


@event.listens_for(Subscriber, "after_update")
def _replace_words(_mapper: Any, connection: Connection, person: Subscriber) -> None:
    """Replace the words of a person whose address or first name changes, in the same flush."""
    attributes = inspect(person).attrs
    if any(attributes[name].history.has_changes() for name in ("address_key", "given_name")):
        words = add_word_rows(person.id, person.address_key, person.given_name)
        run_calls(connection, _DROP(words_of=person.id), *words)


@use_case
def add_missing_words(now: datetime) -> int:
    """Add the words of people who joined lately and have none; return how many they are."""
    people = db.session.execute(
        select(Subscriber.id, Subscriber.address_key, Subscriber.given_name)
        .where(
            Subscriber.id >= first_id_of(now - UPGRADE_TAKES_AT_MOST),
            Subscriber.address_key.not_like("%.invalid"),
            ~exists().where(SearchWord.subscriber_id == Subscriber.id),
        )
        .limit(AT_ONCE)
    ).all()
    rows = [
        {"word": word, "subscriber_id": subscriber_id}
        for subscriber_id, address_key, given_name in people
        for word in list_words_of_person(address_key, given_name)
    ]
    if rows:
        db.session.execute(insert(SearchWord), rows)
    return len(people)
