"""A spike holds the emails, loses none, tells the owners, and ends when an owner says so."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import claim_emails
from supporters.signup.acts import SignupAct
from supporters.signup.models import SignupRequest
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.rush.announced_broadcasts import BroadcastDraft, announce_broadcast
from supporters.signup.rush.held_emails import (
    HeldBy,
    are_emails_held,
    count_held,
    drop_emails,
    find_hold,
    let_emails_go,
    list_groups,
)
from supporters.signup.rush.rules import FEWEST_EMAILS
from supporters.signup.rush.spike_watch import watch_spike
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

BOT = Actor(ActorKind.VISITOR, address="192.0.2.0/24")
PERSON = Actor(ActorKind.VISITOR, address="198.51.100.0/24")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with limits of signups."""
    return dataclasses.replace(settings, signup_rate=30)


def flood(mailing_list: MailingList, number: int) -> None:
    """Let a bot and one person sign up, and multiply the emails of the bot."""
    with acting_as(BOT):
        request_to_join("a@catch-all.example", mailing_list)
        request_to_join("b@catch-all.example", mailing_list)
    with acting_as(PERSON):
        request_to_join("camille@orange.fr", mailing_list)
    pattern = db.session.scalars(select(OutboxEmail).limit(1)).one()
    columns = {each.name: getattr(pattern, each.name) for each in OutboxEmail.__table__.columns}
    rows = [{**columns, "id": columns["id"] + 1 + each} for each in range(number - 3)]
    with transaction():
        db.session.execute(OutboxEmail.__table__.insert(), rows)


def hold(mailing_list: MailingList) -> None:
    """Let a spike be noticed."""
    flood(mailing_list, FEWEST_EMAILS)
    assert watch_spike(clock.now())


def claimed() -> list[EmailKind]:
    """Return the kinds of the emails that a sender gets now."""
    until = clock.now() + timedelta(minutes=1)
    with transaction():
        claim = claim_emails(None, limit=1_000, now=clock.now(), lease_until=until)
    return [each.email.kind for each in claim.emails]


def test_a_usual_hour_holds_nothing() -> None:
    flood(make_list(), FEWEST_EMAILS - 1)
    assert not watch_spike(clock.now())
    assert len(claimed()) == FEWEST_EMAILS - 1


def test_an_installation_without_limits_holds_nothing(app: Flask, settings: Settings) -> None:
    flood(make_list(), FEWEST_EMAILS)
    app.extensions["settings"] = dataclasses.replace(settings, signup_rate=0)
    assert not watch_spike(clock.now())


def test_a_spike_holds_the_emails_of_signups_and_no_others() -> None:
    make_owner()
    hold(make_list())
    assert are_emails_held()
    assert claimed() == [EmailKind.SECURITY_NOTICE]


def test_signups_go_on_during_a_hold() -> None:
    mailing_list = make_list()
    hold(mailing_list)
    before = count_held()
    request_to_join("claude@orange.fr", mailing_list)
    assert count_held() == before + 1


def test_owners_are_told_at_once_and_once_a_day() -> None:
    make_owner()
    hold(make_list())
    watch_spike(clock.now())
    notices = select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    assert len(db.session.scalars(notices).all()) == 1
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        watch_spike(clock.now())
        assert len(db.session.scalars(notices).all()) == 2


def test_an_owner_lets_the_emails_go_and_they_are_valid_for_their_full_time() -> None:
    owner = make_owner()
    hold(make_list())
    with time_machine.travel(clock.now() + timedelta(hours=20), tick=False):
        assert let_emails_go(owner.id)
        assert not let_emails_go(owner.id)
        assert len(claimed()) == FEWEST_EMAILS
        expiries = {*db.session.scalars(select(SignupRequest.expires_at))}
        assert expiries == {clock.now() + REQUEST_LIFETIME}


@pytest.mark.both_databases
def test_nothing_expires_while_it_is_held() -> None:
    hold(make_list())
    for hours in (50, 100, 150):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            assert watch_spike(clock.now())
            soonest = min(db.session.scalars(select(SignupRequest.expires_at)))
            assert soonest > clock.now()


def test_a_released_spike_is_not_held_again_at_once() -> None:
    hold(make_list())
    let_emails_go(None)
    assert not watch_spike(clock.now())


def test_held_emails_are_grouped_by_domain_and_by_network() -> None:
    hold(make_list())
    domains = [(each.key, each.emails) for each in list_groups(HeldBy.DOMAIN)]
    assert domains == [("catch-all.example", 2)]
    networks = list_groups(HeldBy.NETWORK)
    assert [each.emails for each in networks] == [2]
    assert "192.0.2" not in networks[0].key


@pytest.mark.both_databases
@pytest.mark.parametrize("by", [*HeldBy])
def test_dropped_emails_never_leave_and_the_others_do(by: HeldBy) -> None:
    hold(make_list())
    with transaction():  # only those with a request
        linked = select(SignupRequest.email_id)
        db.session.execute(
            update(OutboxEmail).where(OutboxEmail.id.not_in(linked)).values(status="given_up")
        )
    assert drop_emails(by, list_groups(by)[0].key) == 2
    let_emails_go(None)
    assert claimed() == [EmailKind.CONFIRM_SIGNUP]
    sealed = select(OutboxEmail.encrypted).where(OutboxEmail.last_reply == "not wanted any more")
    assert {*db.session.scalars(sealed)} == {None}


def test_a_dropped_person_can_sign_up_again_at_once() -> None:
    mailing_list = make_list()
    hold(mailing_list)
    drop_emails(HeldBy.DOMAIN, "orange.fr")
    let_emails_go(None)
    request_to_join("camille@orange.fr", mailing_list)
    newest = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc()).limit(1)).one()
    assert newest.status == EmailStatus.QUEUED


def test_an_announced_event_is_no_spike() -> None:
    mailing_list, now = make_list(), clock.now()
    draft = BroadcastDraft(
        name="Meeting",
        mailing_list_id=mailing_list.id,
        begins_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        factor=10,
    )
    announce_broadcast(draft, make_owner().id)
    flood(mailing_list, FEWEST_EMAILS)
    assert not watch_spike(now)


@pytest.mark.both_databases
def test_the_audit_log_says_what_happened(app: Flask) -> None:
    owner = make_owner()
    hold(make_list())
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id)):
        drop_emails(HeldBy.DOMAIN, "catch-all.example")
        let_emails_go(owner.id)
    acts = [each.act for each in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert [SignupAct(each) for each in acts] == [
        SignupAct.EMAILS_HELD,
        SignupAct.EMAILS_DROPPED,
        SignupAct.EMAILS_RELEASED,
    ]
    assert find_hold() is None
