"""Refused sign-ins are summed into few events, and told to the account and the owners."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from supporters.accounts.models import Organiser
from supporters.audit_log.audit_events import AuditEvent, network_mac
from supporters.database import db
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.password_check import check_sign_in
from supporters.sign_in.refused_sign_ins import sum_refusals
from supporters.sign_in.session_models import RefusedSignIn
from tests.factories.accounts import make_owner
from tests.factories.networks import ABROAD, HOME, visiting_from
from tests.factories.signups import values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EMAIL = "org@parti.example"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """Let the clock stand still."""
    with time_machine.travel(NOON, tick=False):
        yield


def guess(times: int, address: str = ABROAD, email: str = EMAIL) -> None:
    """Type wrong passwords."""
    with visiting_from(address):
        for _ in range(times):
            check_sign_in(email, "a wrong password")


def refusals() -> list[tuple[int | None, dict[str, int]]]:
    """Return the account and the details of each event."""
    events = db.session.scalars(
        db.select(AuditEvent)
        .where(AuditEvent.act == SignInAct.SIGN_IN_REFUSED.value)
        .order_by(AuditEvent.id)
    )
    return [(event.object_id, json.loads(event.details)) for event in events]


def notices() -> list[tuple[str, str]]:
    """Return the recipient and the subject of each notice."""
    emails = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    )
    return [(str(values_in(each)["account"]), str(values_in(each)["notice"])) for each in emails]


def test_many_tries_of_one_network_are_one_event_after_ten_minutes(organiser: Organiser) -> None:
    guess(12)
    assert sum_refusals(NOON + timedelta(minutes=9)) == 0
    assert sum_refusals(NOON + timedelta(minutes=10)) == 1
    assert refusals() == [(organiser.id, {"wrong": 5, "too_early": 7})]


def test_the_event_has_the_hash_of_the_network_and_the_row_is_gone(organiser: Organiser) -> None:
    guess(1)
    sum_refusals(NOON + timedelta(minutes=10))
    event = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.act == SignInAct.SIGN_IN_REFUSED.value)
    ).one()
    assert event.network_mac == network_mac("203.0.113.0/24")
    assert db.session.scalars(db.select(RefusedSignIn)).all() == []


@pytest.mark.both_databases
def test_unknown_addresses_of_one_network_are_one_event(organiser: Organiser) -> None:
    for number in range(7):
        guess(1, email=f"{number}@parti.example")
    guess(1, HOME, "somebody@parti.example")
    assert sum_refusals(NOON + timedelta(minutes=10)) == 2
    assert {account for account, _ in refusals()} == {None}
    assert sorted(details["wrong"] for _, details in refusals()) == [1, 7]


def test_the_account_is_told_once_a_day(organiser: Organiser) -> None:
    for number in range(12):
        guess(1, f"198.{number}.7.1")
    sum_refusals(NOON)
    sum_refusals(NOON)
    assert notices() == [(EMAIL, "guesses")]


def test_a_few_typing_errors_are_told_to_nobody(organiser: Organiser) -> None:
    make_owner()
    guess(5)
    sum_refusals(NOON)
    assert notices() == []


def test_an_unknown_address_is_told_to_nobody(organiser: Organiser) -> None:
    for number in range(12):
        guess(1, f"198.{number}.7.1", "nobody@parti.example")
    sum_refusals(NOON)
    assert notices() == []


def test_owners_are_told_once_a_day_of_a_hundred_tries() -> None:
    make_owner()
    guess(100, email="nobody@parti.example")
    for minutes in (0, 1, 10):
        sum_refusals(NOON + timedelta(minutes=minutes))
    emails = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    ).all()
    assert [values_in(each)["notice"] for each in emails] == ["many_guesses"]
