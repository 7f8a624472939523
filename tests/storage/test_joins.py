"""PostgreSQL joins the large tables of a launch well, and other statements as before."""

import pytest
from flask import Flask
from sqlalchemy import event, text

from supporters.database import db, transaction
from supporters.lists.baseless_subscriptions import find_baseless
from supporters.lists.models import Subscription
from tests.factories.campaigns import ANNA, BORIS, claim, launch_to_addresses
from tests.factories.lists import make_list

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@POSTGRESQL
def test_entries_are_not_hashed_whole(app: Flask) -> None:
    plans: list[str] = []

    def explain(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "FROM log_entry" in statement and "NOT (EXISTS" in statement:
            plans.append(db.session.scalar(text("SHOW enable_hashjoin")) or "")

    mailing_list = make_list()
    event.listen(db.engine, "before_cursor_execute", explain)
    with transaction():
        assert find_baseless(Subscription.mailing_list_id == mailing_list.id).people == []
        plans.append(db.session.scalar(text("SHOW enable_hashjoin")) or "")
    event.remove(db.engine, "before_cursor_execute", explain)
    assert plans[-2:] == ["off", "on"]


@POSTGRESQL
@pytest.mark.usefixtures("app")
def test_the_size_of_the_ledger_is_known_before_the_consents_are_verified() -> None:
    campaign = launch_to_addresses(ANNA, BORIS)
    estimate = text("SELECT reltuples FROM pg_class WHERE relname = 'delivery'")
    assert db.session.scalar(estimate) == -1
    db.session.rollback()
    claim(campaign)
    assert db.session.scalar(estimate) == 2


@POSTGRESQL
@pytest.mark.usefixtures("app")
def test_an_index_is_read_as_cheaply_as_a_solid_state_disk_does() -> None:
    assert db.session.scalar(text("SHOW random_page_cost")) == "1.1"
