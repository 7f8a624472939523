"""Owners decide about held signup emails, and announce events."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.signup.rush.held_emails import are_emails_held
from supporters.signup.rush.models import AnnouncedBroadcast, SignupHold
from tests.factories.accounts import make_owner, sign_in
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.web.console.pages import followed, post, speak_english

pytestmark = pytest.mark.either_database

RUSH = "/console/rush"
NEW = "/console/rush/events/new"
EVENT = {"name": "Rally in Lyon", "hour": "20:00", "hours": "3", "factor": "50"}


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return an owner's browser; three emails of two networks are held."""
    mailing_list = make_list()
    for network, address in (
        *(("192.0.2.0/24", "a@flood.example"), ("192.0.2.0/24", "b@flood.example")),
        ("198.51.100.0/24", "camille@orange.fr"),
    ):
        with acting_as(Actor(ActorKind.VISITOR, address=network)):
            request_to_join(address, mailing_list)
    now = clock.now()
    with transaction():
        db.session.add(SignupHold(id=new_id(now), began_at=now, counted=400, most=300))
    browser = sign_in(app, make_owner())
    speak_english(browser)
    return browser


def statuses() -> list[EmailStatus]:
    """Return the status of each signup email."""
    db.session.rollback()
    found = db.session.query(OutboxEmail).filter(OutboxEmail.rate_mac.is_not(None))
    return [each.status for each in found.order_by(OutboxEmail.id)]


def test_the_dashboard_leads_to_the_held_emails(owner: FlaskClient) -> None:
    assert f'href="{RUSH}"' in owner.get("/console/").text


def test_the_page_shows_how_many_wait_and_where_they_come_from(owner: FlaskClient) -> None:
    html = owner.get(RUSH).text
    assert "3 emails wait" in html
    assert "flood.example" in html
    assert "orange.fr" not in html  # a single email is no group
    assert "192.0.2" not in html


def test_one_button_lets_all_go(owner: FlaskClient) -> None:
    answer = followed(owner, post(owner, f"{RUSH}/release"))
    assert "The emails leave now" in answer
    assert not are_emails_held()


@pytest.mark.parametrize("by", ["domain", "network"])
def test_those_of_a_domain_or_a_network_are_dropped_after_a_question(
    owner: FlaskClient, by: str
) -> None:
    links = re.findall(r'href="(/console/rush/drop[^"]*)"', owner.get(RUSH).text)
    link = unescape(next(each for each in links if f"/{by}/" in each))
    assert "Drop 2 emails?" in owner.get(link).text
    assert statuses() == [EmailStatus.QUEUED] * 3
    assert "2 emails are dropped" in followed(owner, post(owner, link))
    assert statuses() == [EmailStatus.GIVEN_UP, EmailStatus.GIVEN_UP, EmailStatus.QUEUED]


@pytest.mark.both_databases
@pytest.mark.parametrize("group", ["x/x", "domain/elsewhere.example", "network/00"])
def test_a_made_up_group_has_no_page(owner: FlaskClient, group: str) -> None:
    assert post(owner, f"{RUSH}/drop/{group}").status_code == 404
    assert statuses() == [EmailStatus.QUEUED] * 3


def test_nothing_is_dropped_without_a_hold(owner: FlaskClient) -> None:
    post(owner, f"{RUSH}/release")
    assert post(owner, f"{RUSH}/drop/domain/orange.fr").status_code == 404


def typed(**changed: str) -> dict[str, str]:
    """Return the fields of an event tomorrow."""
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    mailing_list = db.session.query(MailingList).one()
    return {**EVENT, "mailing_list": str(mailing_list.id), "day": tomorrow, **changed}


@pytest.mark.both_databases
def test_an_announced_event_shows_its_link_and_its_code(owner: FlaskClient) -> None:
    answer = followed(owner, post(owner, NEW, **typed()))
    assert "Rally in Lyon" in answer
    assert "/join/national?event=" in answer
    assert "<svg" in answer
    event = db.session.query(AnnouncedBroadcast).one()
    assert event.ends_at - event.begins_at == timedelta(hours=3)
    assert (event.factor, event.begins_at.hour in {18, 19}) == (50, True)


@pytest.mark.both_databases
def test_faults_are_named_and_what_was_typed_is_kept(owner: FlaskClient) -> None:
    answer = post(owner, NEW, **typed(day="2020-01-01", hours="30"))
    assert answer.status_code == 422
    assert "Enter a number of hours from 1 to 24." in answer.text
    assert 'value="Rally in Lyon"' in answer.text
    answer = post(owner, NEW, **typed(day="2020-01-01"))
    assert "This event is over already" in answer.text
    assert db.session.query(AnnouncedBroadcast).count() == 0


@pytest.mark.both_databases
def test_an_owner_ends_an_event(owner: FlaskClient) -> None:
    page = post(owner, NEW, **typed()).headers["Location"]
    answer = followed(owner, post(owner, f"{page}/end"))
    assert "The event is over" in answer
    assert "End the event now" not in owner.get(page).text


def test_an_unknown_event_has_no_page(owner: FlaskClient) -> None:
    assert owner.get(f"{RUSH}/events/1").status_code == 404
