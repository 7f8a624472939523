"""A meeting of a campaign: its clock in the email, and its file for calendars."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.lists.list_sender import ListSender, change_sender
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with
from tests.web.console.campaigns.test_document_pages import save
from tests.web.public.pages import press

EVENING, NIGHT = "2026-12-03T19:00", "2026-12-03T21:00"
REUNION, PARIS = "Indian/Reunion", ""


def make_draft(_app: Flask) -> int:
    """Make a list and a draft; return the draft's id."""
    return make_campaign(make_list(), body="Bonjour.").id


pytestmark = begins_with(make_draft)


@pytest.fixture
def place(app: Flask, prepared: int) -> str:
    """Return the address of the draft."""
    app.config["WTF_CSRF_ENABLED"] = False
    return f"/console/campaigns/{prepared}"


def announce(client: FlaskClient, draft: str, revision: int = 1, **attrs: str) -> str:
    """Announce a meeting in the draft; return the page of its email."""
    known: dict[str, Any] = {"id": "4b6p391k4g", "title": "Réunion", "starts_at": EVENING}
    event = {"type": "event", "attrs": {**known, **attrs}}
    document = {"version": 1, "type": "doc", "content": [event]}
    assert save(client, f"{draft}/document", revision, document=document).status_code == 200
    return client.get(f"{draft}/preview.html").text


def calendar_in(app: Flask, html: str) -> dict[str, str]:
    """Return the lines of the calendar file that an email leads to."""
    address = html.partition('href="http://localhost')[2].partition('"')[0]
    lines = app.test_client().get(address).text.split("\r\n")
    return {name: value for name, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize(
    ("zone", "begins", "named"),
    [
        (PARIS, "20261203T180000Z", ""),
        (REUNION, "20261203T150000Z", "heure : La Réunion"),
        ("America/Martinique", "20261203T230000Z", "heure : Martinique"),
        ("Pacific/Noumea", "20261203T080000Z", "heure : Nouvelle-Calédonie"),
    ],
)
def test_a_meeting_begins_by_the_clock_of_its_list(
    app: Flask, organiser_client: FlaskClient, place: str, zone: str, begins: str, named: str
) -> None:
    change_sender(1, ListSender(name="", reply_to="", time_zone=zone))
    html = announce(organiser_client, place)
    assert calendar_in(app, html)["DTSTART"] == begins
    assert ("(heure" in html) == bool(named)
    assert named in html.replace("\u202f", " ").replace("\xa0", " ")


def test_a_meeting_without_an_end_takes_an_hour(
    app: Flask, organiser_client: FlaskClient, place: str
) -> None:
    without = calendar_in(app, announce(organiser_client, place))
    until = calendar_in(app, announce(organiser_client, place, 2, ends_at=NIGHT))
    assert (without["DURATION"], "DTEND" in without) == ("PT1H", False)
    assert (until["DTEND"], "DURATION" in until) == ("20261203T200000Z", False)


def test_a_corrected_meeting_replaces_its_entry(
    app: Flask, organiser_client: FlaskClient, place: str
) -> None:
    first = calendar_in(app, announce(organiser_client, place))
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        corrected = calendar_in(app, announce(organiser_client, place, 2, place="Dole"))
    assert corrected["UID"] == first["UID"]
    assert int(corrected["SEQUENCE"]) > int(first["SEQUENCE"])
    assert corrected["LOCATION"] == "Dole"


def test_an_owner_chooses_the_clock_of_a_list(owner_client: FlaskClient) -> None:
    page = press(owner_client, "/console/lists/1/sender", time_zone=REUNION)
    assert page.status_code == 303
    assert "Réunion" in owner_client.get("/console/lists/1?tab=sending").text


def test_the_clocks_of_the_whole_world_stand_in_groups(owner_client: FlaskClient) -> None:
    html = owner_client.get("/console/lists/1/sender").text
    groups = ("Du parti", "Outre-mer", "Espace économique européen", "Ailleurs")
    places = ("", "Indian/Reunion", "Europe/Berlin", "America/Lima")
    began = [html.index(f'<optgroup label="{group}">') for group in groups]
    stand = [
        html.index(f'value="{zone}"', start) for zone, start in zip(places, began, strict=True)
    ]
    assert [*began, len(html)] == sorted([*began, len(html)])
    assert all(at < end for at, end in zip(stand, [*began[1:], len(html)], strict=True))
    unknown = press(owner_client, "/console/lists/1/sender", time_zone="Mars/Olympus")
    assert unknown.status_code == 422
