"""The visits of the archive are numbers of a day; reading a page writes nothing."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.archive.models import VisitCount
from supporters.archive.publication import withdraw_issue
from supporters.archive.visit_counts import count_visits, current_visits, store_visits
from supporters.database import db
from tests.factories.issues import make_issue, path_of
from tests.factories.lists import make_list
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def test_each_shown_page_counts_and_is_stored_behind_an_answer(client: FlaskClient) -> None:
    issue = make_issue(make_list())
    path = path_of(issue)
    current_visits().take()  # as if a minute had not passed
    with statements() as said:
        for _ in range(3):
            assert client.get(path).status_code == 200
    assert not [each for each in said if "visit_count" in each]
    store_visits()
    store_visits()
    client.get(path)
    store_visits()
    assert count_visits([issue.campaign_id]) == {issue.campaign_id: 4}
    names = {each.name for each in VisitCount.__table__.columns}
    assert names == {"campaign_id", "day", "visits"}


def test_a_page_that_a_browser_loads_on_suspicion_and_one_that_is_gone_count_nothing(
    client: FlaskClient,
) -> None:
    issue = make_issue(make_list())
    path = path_of(issue)
    client.get(path, headers={"Sec-Purpose": "prefetch"})
    client.head(path)
    withdraw_issue(issue.campaign_id)
    assert client.get(path).status_code == 410
    store_visits()
    assert db.session.scalars(select(VisitCount)).all() == []
