"""An event has a link of its own, which raises the limits of signups while it lasts."""

import dataclasses
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.signup.rush.announced_broadcasts import (
    BroadcastDraft,
    announce_broadcast,
    end_broadcast,
    link_to_broadcast,
)
from supporters.signup.rush.models import AnnouncedBroadcast
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.web.public.pages import inputs_of, join

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("one_minute")]

PAGE = "/fr/join/national"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow a network two signups a minute."""
    return dataclasses.replace(settings, signup_rate=2)


def announce(starts_in: timedelta = timedelta(0)) -> tuple[AnnouncedBroadcast, str]:
    """Announce an event of two hours that allows ten times as much; return it and its link."""
    mailing_list, begin = make_list(), clock.now() + starts_in
    draft = BroadcastDraft(
        name="Rally",
        mailing_list_id=mailing_list.id,
        begins_at=begin,
        ends_at=begin + timedelta(hours=2),
        factor=10,
    )
    event = announce_broadcast(draft, make_owner().id)
    return event, link_to_broadcast(event, mailing_list)


def page_of(client: FlaskClient, link: str) -> str:
    """Return the page that a link leads a French browser to."""
    parts = urlsplit(link)
    answer = client.get(f"{parts.path}?{parts.query}", headers={"Accept-Language": "fr"})
    return str(answer.headers["Location"])


def accepted(client: FlaskClient, page: str, times: int = 30) -> int:
    """Return how many signups from one network are taken, filled in by hand."""
    taken = 0
    for number in range(times):
        html = client.get(page).text
        fields = {"opened": str(inputs_of(html)["opened"]["value"])}
        with time_machine.travel(clock.now() + timedelta(seconds=2), tick=False):
            answer = join(client, f"a{clock.now().timestamp()}{number}@orange.fr", page, **fields)
        taken += answer.status_code == 303
    return taken


def test_the_link_of_an_event_opens_the_page_and_raises_the_limits(client: FlaskClient) -> None:
    _, link = announce()
    page = page_of(client, link)
    assert page.startswith(PAGE)
    assert accepted(client, page) == 20


def test_others_keep_the_usual_limit_during_an_event(client: FlaskClient) -> None:
    announce()
    assert accepted(client, PAGE, 6) == 2


def test_an_event_that_has_not_begun_raises_nothing(client: FlaskClient) -> None:
    _, link = announce(starts_in=timedelta(hours=1))
    assert accepted(client, page_of(client, link), 6) == 2


def test_an_event_ends_by_itself(client: FlaskClient) -> None:
    _, link = announce()
    page = page_of(client, link)
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        assert accepted(client, page, 6) == 2


@pytest.mark.both_databases
def test_an_owner_ends_an_event_at_once(client: FlaskClient) -> None:
    event, link = announce()
    assert end_broadcast(event.id)
    assert not end_broadcast(event.id)
    assert accepted(client, page_of(client, link), 6) == 2


def test_a_link_that_is_not_ours_is_an_ordinary_one(client: FlaskClient) -> None:
    announce()
    assert accepted(client, f"{PAGE}?event=x.y.z", 6) == 2


def test_a_form_with_faults_stays_of_its_event(client: FlaskClient) -> None:
    _, link = announce()
    html = client.get(page_of(client, link)).text
    opened = str(inputs_of(html)["opened"]["value"])
    faulty = client.post(PAGE, data={"opened": opened, "email": "x"})
    assert len(str(inputs_of(faulty.text)["opened"]["value"])) > len(
        str(inputs_of(client.get(PAGE).text)["opened"]["value"])
    )


@pytest.mark.both_databases
def test_the_page_asks_the_database_for_events_once_in_ten_seconds(client: FlaskClient) -> None:
    _, link = announce()
    page = page_of(client, link)
    accepted(client, page, 1)
    with transaction():
        db.session.execute(text("DELETE FROM announced_broadcast"))
    with time_machine.travel(clock.now() + timedelta(seconds=30), tick=False):
        assert accepted(client, page, 4) <= 2


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["factor = 1", "factor = 1001", "ends_at = '2000-01-01'"])
def test_the_database_refuses_an_impossible_event(app: Flask, change: str) -> None:
    announce()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE announced_broadcast SET {change}"))
