"""Writes the search words of people: at their confirmation, and when their values change."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, event, inspect
from sqlalchemy.dialects import postgresql

from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.fast_path.session_calls import run_calls
from supporters.people.models import SearchWord, Subscriber
from supporters.people.rules import list_words_of_person

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
