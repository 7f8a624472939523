"""No link, form or redirect of the console has an address of a person in its URL."""

import html as markup
import re
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.models import Method
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.architecture.scenario import KNOWN, FirstRows, Scenario, add_first_rows
from tests.factories.signups import make_subscriber_with_snapshot
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import open_person
from tests.web.public.pages import press

pytestmark = begins_with(add_first_rows)

PLACES = re.compile(r'\b(?:href|action|formaction|src)="([^"]*)"')
OURS = re.compile(r"/console(/[\w./-]*)?(\?.*)?")
OTHER_WEEKS = re.compile(r"/console/campaigns/week\?.*")  # they have no end
MOST_PAGES = 400


@pytest.fixture
def scenario(app: Flask, prepared: FirstRows) -> Scenario:
    """Return an installation whose browser has all rights, after it opened a person."""
    made = Scenario(app, prepared)
    made.browser.get("/console/")
    made.case_id()
    return made


def has_address(url: str) -> bool:
    """Tell whether a URL has an address, plain or encoded. A mailto link leads to nobody's log."""
    return "@" in unquote(unquote(url)) and not url.startswith("mailto:")


def places_in(client: FlaskClient, page: str) -> list[str]:
    """Return the URLs that a page leads to: links, forms and redirects."""
    answer = client.get(page, buffered=True)
    if answer.mimetype != "text/html":
        return []
    return [markup.unescape(each) for each in PLACES.findall(answer.text)] + (
        [str(answer.location)] if answer.location else []
    )


def test_no_place_of_the_console_names_an_address(scenario: Scenario) -> None:
    client, person = scenario.browser, scenario.person_id
    page = open_person(client, person)
    found = str(press(client, "/console/people", q=KNOWN).location)
    evidence = str(press(client, f"{page}/evidence", reason="Une plainte").location)
    waiting, seen = ["/console/", page, found, evidence], set[str]()
    bad = [each for each in waiting if has_address(each)]
    while waiting and len(seen) < MOST_PAGES:
        place = waiting.pop()
        if place in seen or not OURS.fullmatch(place) or OTHER_WEEKS.fullmatch(place):
            continue
        seen.add(place)
        places = places_in(client, place)
        bad += [f"{place}: {each}" for each in places if has_address(each)]
        waiting += [each for each in places if each not in seen]
    assert bad == []
    assert {page, found, evidence, f"{page}/stop", "/console/people/archive"} <= seen
    assert len(seen) < MOST_PAGES


def test_what_people_pages_redirect_to_names_no_address(scenario: Scenario) -> None:
    client, page = scenario.browser, open_person(scenario.browser, scenario.person_id)
    left = make_subscriber_with_snapshot("left@example.org", get_list(scenario.list_id), "<p></p>")
    unsubscribe_from_every_list(left.id, Method.PAGE)
    reason = {"reason": KNOWN, "channel": "phone", "is_sure": "y", "note": KNOWN}
    answers = [
        press(client, "/console/people", q=KNOWN),
        press(client, "/console/people/archive", q="left@example.org"),
        press(client, f"{page}/evidence", **reason),
        press(client, f"{page}/correct", **reason, given_name="Zoé", language="fr"),
        press(client, f"{page}/restrict", **reason),
        press(client, f"{page}/stop", **reason),
        client.post("/console/people", data={"q": KNOWN}),
    ]
    assert [str(each.location) for each in answers if has_address(str(each.location))] == []
    assert [each.status_code for each in answers] == [303] * 6 + [400]
