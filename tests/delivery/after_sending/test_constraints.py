"""The database refuses what the tables of results never hold."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.database import db
from tests.factories.issues import make_issue
from tests.factories.lists import make_list
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
FOLLOW = "INSERT INTO follow_up (campaign_id, followed_id, kind) VALUES"
COUNT = "INSERT INTO departure_count (campaign_id, hour, shard, people) VALUES"
VISIT = "INSERT INTO visit_count (campaign_id, day, visits) VALUES"


@made_once
def campaign_id(app: Flask) -> int:
    """Return the id of a campaign that is on the site."""
    return make_issue(make_list()).campaign_id


def test_false_rows_are_refused(campaign_id: int) -> None:
    refused = [
        f"{FOLLOW} ({campaign_id}, {campaign_id}, 'missed')",
        f"{FOLLOW} ({campaign_id}, 404, 'missed')",
        f"{FOLLOW} (404, {campaign_id}, 'missed')",
        f"{COUNT} ({campaign_id}, '2026-11-30 09:00:00', 16, 1)",
        f"{COUNT} ({campaign_id}, '2026-11-30 09:00:00', -1, 1)",
        f"{VISIT} ({campaign_id}, '2026-11-30', 0)",
        f"{VISIT} (404, '2026-11-30', 1)",
    ]
    allowed = []
    for statement in refused:
        try:
            db.session.execute(text(statement))
            db.session.commit()
            allowed.append(statement)
        except IntegrityError:
            pass
        db.session.rollback()
    assert allowed == []


def test_an_unknown_kind_of_people_is_refused(campaign_id: int) -> None:
    other = make_issue(make_list("lyon", "Lyon"), to="lyon@example.org").campaign_id
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"{FOLLOW} ({campaign_id}, {other}, 'rich')"))
    db.session.rollback()
