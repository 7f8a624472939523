"""Refused requests are recorded, and nobody can fill the log with them."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.sign_in import refused_requests
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.refused_requests import (
    COUNTED_FOR,
    MOST_AN_HOUR,
    is_power_of_ten,
    record_refusal,
)
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.rows import count_rows


def list_refusals() -> list[tuple[str, int | None, str]]:
    """Return the recorded refusals: act, account, details."""
    rows = select(AuditEvent).where(AuditEvent.act.startswith("access.")).order_by(AuditEvent.id)
    return [(each.act, each.account_id, each.details) for each in db.session.scalars(rows)]


def refuse_from(network: str) -> None:
    """Refuse a request from a network."""
    with acting_as(Actor(ActorKind.VISITOR, address=network)):
        record_refusal(SignInAct.ACCESS_LIMITED, {"page": "security.login"})


def test_a_page_without_the_right_is_recorded_with_the_account(app: Flask) -> None:
    make_owner()
    organiser = make_organiser()
    assert sign_in(app, organiser).get("/console/organisers").status_code == 403
    details = '{"count": 1, "page": "console.organisers"}'
    assert list_refusals() == [("access.forbidden", organiser.id, details)]


def test_a_form_of_another_site_is_recorded_with_the_account(app: Flask) -> None:
    owner = make_owner()
    client = sign_in(app, owner)
    client.post("/console/sending/stop", data={"csrf_token": "forged"})
    assert [each[:2] for each in list_refusals()] == [("access.form_refused", owner.id)]


def test_a_form_of_a_visitor_is_recorded_with_the_network(app: Flask) -> None:
    app.test_client().post("/console/sending/stop", data={"csrf_token": "forged"})
    assert [each[:2] for each in list_refusals()] == [("access.form_refused", None)]


def test_a_refused_form_of_a_public_page_is_no_event(app: Flask) -> None:
    app.test_client().post("/fr/my-data", data={"email": "a@example.org"})
    assert list_refusals() == []


@pytest.mark.parametrize("count", [0, 2, 9, 11, 20, 101, 110])
def test_counts_between_powers_of_ten_are_not_recorded(count: int) -> None:
    assert not is_power_of_ten(count)


def test_many_refusals_of_one_network_are_few_events(app: Flask) -> None:
    for _ in range(120):
        refuse_from("203.0.113.0/24")
    assert [each[2].split(",")[0] for each in list_refusals()] == [
        '{"count": 1',
        '{"count": 10',
        '{"count": 100',
    ]


def test_the_count_begins_again_after_ten_minutes(app: Flask) -> None:
    refuse_from("203.0.113.0/24")
    with time_machine.travel(clock.now() + COUNTED_FOR + timedelta(seconds=1)):
        refuse_from("203.0.113.0/24")
    assert len(list_refusals()) == 2


def test_many_networks_cannot_fill_the_log(app: Flask) -> None:
    for number in range(MOST_AN_HOUR + 20):
        refuse_from(f"10.0.{number}.0/24")
    acts = [each[0] for each in list_refusals()]
    assert acts == ["access.limited"] * MOST_AN_HOUR + ["access.unrecorded"]


def test_a_full_counter_counts_no_new_network(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_requests, "MOST_COUNTED", 1)
    refuse_from("10.0.1.0/24")
    refuse_from("10.0.2.0/24")
    assert count_rows(AuditEvent) == 1
