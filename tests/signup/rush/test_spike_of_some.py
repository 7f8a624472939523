"""A spike of some networks or domains holds their emails only: all others leave."""

import dataclasses
from datetime import timedelta
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.queries import list_open_lists
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox_claims import claim_emails
from supporters.signup.models import SignupRequest
from supporters.signup.rush.held_emails import (
    HeldBy,
    count_held,
    find_hold,
    let_emails_go,
    list_groups,
)
from supporters.signup.rush.rules import FEWEST_EMAILS
from supporters.signup.rush.spike_watch import watch_spike
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CITIZEN = Actor(ActorKind.VISITOR, address="198.51.100.0/24")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with limits of signups."""
    return dataclasses.replace(settings, signup_rate=30)


def flood(network: str, number: int, domain: str = "provider.example") -> None:
    """Let a network sign up, and multiply its request and its email."""
    with acting_as(Actor(ActorKind.VISITOR, address=network)):
        request_to_join(f"a{crc32(network.encode())}@{domain}", find_or_make_list())
    request = db.session.scalars(select(SignupRequest).order_by(SignupRequest.id.desc())).first()
    assert request is not None
    email = db.session.get(OutboxEmail, request.email_id)
    assert email is not None
    emails, requests = [], []
    for each in range(number - 1):
        name, email_id = f"{network}{each}", new_id(clock.now())
        emails.append({**columns_of(email), "id": email_id})
        own = {"id": new_id(clock.now()), "public_id": name, "token_hash": name.encode()}
        requests.append({**columns_of(request), **own, "email_id": email_id})
    with transaction():
        db.session.execute(OutboxEmail.__table__.insert(), emails)
        db.session.execute(SignupRequest.__table__.insert(), requests)


def columns_of(row: OutboxEmail | SignupRequest) -> dict[str, object]:
    return {each.name: getattr(row, each.name) for each in row.__table__.columns}


def find_or_make_list():
    return next(iter(list_open_lists()), None) or make_list()


def sign_up(address: str = "camille@orange.fr", visitor: Actor = CITIZEN) -> None:
    """Let one person sign up."""
    with acting_as(visitor):
        request_to_join(address, find_or_make_list())


def claimed() -> int:
    """Return how many signup emails a sender gets now."""
    until = clock.now() + timedelta(minutes=1)
    with transaction():
        claim = claim_emails(None, limit=2_000, now=clock.now(), lease_until=until)
    return sum(each.email.kind is EmailKind.CONFIRM_SIGNUP for each in claim.emails)


def test_the_networks_of_a_customer_are_held_as_one_and_nobody_else(app: Flask) -> None:
    flood("2001:db8:1:200::/56", 120)
    flood("2001:db8:1:300::/56", 120)
    flood("192.0.2.0/24", 120)
    assert watch_spike(clock.now())
    sign_up()
    assert count_held() == 240
    assert [each.emails for each in list_groups(HeldBy.NETWORK)] == [240]
    assert claimed() == 121


def test_a_domain_that_is_flooded_holds_no_other_up(app: Flask) -> None:
    for each in range(25):
        flood(f"192.0.{each}.0/24", 13, "catch-all.example")
    assert watch_spike(clock.now())
    sign_up()
    assert claimed() == 1


def test_a_proof_of_work_lets_a_person_of_a_held_network_through(app: Flask) -> None:
    flood("192.0.2.0/24", FEWEST_EMAILS + 20)
    assert watch_spike(clock.now())
    neighbour = dataclasses.replace(CITIZEN, address="192.0.2.0/24")
    sign_up("claude@orange.fr", neighbour)
    assert claimed() == 0
    sign_up("dominique@orange.fr", dataclasses.replace(neighbour, has_worked=True))
    assert claimed() == 1


def test_a_second_flood_is_held_too(app: Flask) -> None:
    flood("192.0.2.0/24", FEWEST_EMAILS + 20)
    assert watch_spike(clock.now())
    flood("203.0.113.0/24", FEWEST_EMAILS + 20)
    assert watch_spike(clock.now())
    assert claimed() == 0
    assert len(list_groups(HeldBy.NETWORK)) == 2


def test_a_flood_from_everywhere_holds_everybody(app: Flask) -> None:
    for each in range(32):
        flood(f"192.0.{each}.0/24", 10, f"domain{each}.example")
    assert watch_spike(clock.now())
    assert claimed() == 0
    hold = find_hold()
    assert hold is not None
    assert hold.causes is None


def test_after_a_release_another_flood_is_held_at_once(app: Flask) -> None:
    flood("192.0.2.0/24", FEWEST_EMAILS + 20)
    assert watch_spike(clock.now())
    let_emails_go(None)
    assert not watch_spike(clock.now())
    flood("203.0.113.0/24", FEWEST_EMAILS + 20)
    assert watch_spike(clock.now())
    assert count_held() == FEWEST_EMAILS + 20
