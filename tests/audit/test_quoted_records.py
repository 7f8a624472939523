"""A record that events quote is named with their number, and the events aren't named themselves."""

from typing import Any

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, Controller, PageSnapshot, Wording
from supporters.database import db, transaction
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber_with_snapshot
from tests.machinery.prepared_states import begins_with

QUOTED = [
    (Wording, "wording", "wording_id", {"text_hash": "0" * 64}),
    (PageSnapshot, "page", "page_snapshot_id", {"content_hash": "0" * 64}),
    (Controller, "controller", "controller_id", {"name": "Un autre parti"}),
]
WORDS = "events refer to it: they can't be checked until it is correct"


def make_log(app: Flask) -> None:
    """Make a log with people of two lists, whose events quote a page."""
    for slug, address in (("national", ANNA), ("local", BORIS)):
        make_subscriber_with_snapshot(address, make_list(slug, slug.title()), f"<h1>{slug}</h1>")
    seal()
    assert verify(clock.now()).faults == []


pytestmark = [
    pytest.mark.either_database,
    pytest.mark.usefixtures("app"),
    begins_with(make_log),
]


def events_of(column: str) -> dict[int, int]:
    """Return how many events quote each record of a kind."""
    quoted = getattr(ConsentEvent, column)
    rows = db.session.execute(db.select(quoted, db.func.count()).group_by(quoted))
    return {record_id: count for record_id, count in rows if record_id is not None}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("model", "kind", "column", "other"), QUOTED, ids=[kind for _, kind, _, _ in QUOTED]
)
def test_an_altered_record_is_blamed_for_the_events_that_quote_it(
    model: type[Any], kind: str, column: str, other: dict[str, Any]
) -> None:
    record_id, count = max(events_of(column).items())
    with transaction():
        db.session.execute(db.update(model).where(model.id == record_id).values(**other))
    found = [(each.table, each.row, each.what) for each in verify(clock.now()).faults]
    name = (model.__tablename__, f"{kind} {record_id}")
    assert {each[:2] for each in found} == {name}
    assert (*name, f"{count} {WORDS}") in found
