"""Adds the search words of people who joined while an upgrade was under way.

A process of the earlier version writes no words. A worker of this version adds them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select
from sqlalchemy.dialects import postgresql

from supporters.database import db, use_case
from supporters.ids import first_id_of
from supporters.people.models import SearchWord, Subscriber
from supporters.people.rules import list_words_of_person
from supporters.prepared_statements import Call
from supporters.row_inserts import RowsInsert

UPGRADE_TAKES_AT_MOST = timedelta(days=1)
AT_ONCE = 1_000
_ADD = RowsInsert(postgresql.insert(SearchWord).on_conflict_do_nothing(), ("word", "subscriber_id"))


def add_word_rows(subscriber_id: int, words: Sequence[str]) -> Call:
    """Return the call that adds words of a person, for a trip to the database."""
    return _ADD([{"word": each, "subscriber_id": subscriber_id} for each in words])


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
