"""The console's pages: closed to strangers, and each opens for who may see it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.delivery.launching import launch_campaign
from supporters.extensions import queue
from tests.builders import make_campaign, make_list, make_subscriber

OWNER_PAGES = ["/console/organisers", "/console/lists/new"]


@pytest.fixture
def paths(app: Flask) -> list[str]:
    """Return the address of every page of the console, with something to show on each."""
    mailing_list = make_list()
    person = make_subscriber("camille@example.org", mailing_list, given_name="Camille")
    draft = make_campaign(mailing_list, "Un brouillon")
    sent = make_campaign(mailing_list, "Une lettre")
    launch_campaign(sent.id)
    queue.run_all()
    return [
        "/console/",
        "/console/lists",
        f"/console/lists/{mailing_list.id}",
        "/console/people",
        "/console/people?q=cam",
        "/console/people?q=nobody&page=3",
        f"/console/people/{person.id}",
        f"/console/people/{person.id}/stop",
        "/console/campaigns",
        "/console/campaigns/new?list=1",
        f"/console/campaigns/{draft.id}",
        f"/console/campaigns/{draft.id}/edit",
        f"/console/campaigns/{draft.id}/preview",
        f"/console/campaigns/{draft.id}/preview.html",
        f"/console/campaigns/{draft.id}/launch",
        f"/console/campaigns/{sent.id}",
        f"/console/campaigns/{sent.id}/progress",
    ]


def test_every_page_opens_for_an_owner(owner_client: FlaskClient, paths: list[str]) -> None:
    statuses = {path: owner_client.get(path).status_code for path in [*paths, *OWNER_PAGES]}
    assert {path: status for path, status in statuses.items() if status != 200} == {}


def test_pages_of_owners_are_closed_to_organisers(
    organiser_client: FlaskClient, paths: list[str]
) -> None:
    assert {organiser_client.get(path).status_code for path in paths} == {200}
    assert {organiser_client.get(path).status_code for path in OWNER_PAGES} == {403}


def test_every_route_of_the_console_leads_strangers_to_the_sign_in(app: Flask) -> None:
    client, adapter = app.test_client(), app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("console.") or rule.endpoint == "console.welcome":
            continue
        values = {name: "fr" if name == "code" else 1 for name in rule.arguments}
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        response = client.open(adapter.build(rule.endpoint, values, method=method), method=method)
        assert response.status_code in {302, 400}, rule
        assert "/console/sign-in" in (response.location or "/console/sign-in")


def test_pages_are_calm_without_any_data(owner_client: FlaskClient) -> None:
    for path in ("/console/", "/console/lists", "/console/people", "/console/campaigns"):
        assert owner_client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["lists/99", "people/99", "campaigns/99", "campaigns/99/launch"])
def test_what_is_not_there_is_a_page_that_says_so(owner_client: FlaskClient, path: str) -> None:
    assert owner_client.get(f"/console/{path}").status_code == 404


def test_an_unconfirmed_address_is_never_shown(owner_client: FlaskClient) -> None:
    from tests.builders import ask

    ask("pending@example.org", make_list())
    assert "pending@example.org" not in owner_client.get("/console/people?q=pending").text
