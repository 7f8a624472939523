"""The dashboard: its figures match the subscriptions, per list and in total."""

import re

from flask import Flask
from flask.testing import FlaskClient

from supporters.accounts.models import RoleName
from supporters.consent.models import Method
from supporters.delivery.campaign_control import pause_campaign
from supporters.lists.subscriptions import unsubscribe_from_every_list, unsubscribe_from_list
from supporters.team.accounts import grant_right
from tests.factories.accounts import make_owner, sign_in
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join


def figures(html: str) -> list[int]:
    """Return the three figures at the top of a page: subscribers, pending, unsubscribed."""
    top = html.partition('<dl class="figures">')[2].partition("</dl>")[0]
    return [int(each) for each in re.findall(r'<strong class="numeric">(\d+)</strong>', top)]


def rows(html: str) -> list[list[str]]:
    """Return the cells of the table of lists."""
    body = html.partition('<tbody role="rowgroup">')[2].partition("</tbody>")[0]
    cells = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells.findall(row)]
        for row in body.split("</tr>")[:-1]
    ]


def test_the_figures_are_those_of_the_people(owner_client: FlaskClient) -> None:
    lyon, paris = make_list("lyon", "Lyon"), make_list("paris", "Paris")
    make_subscriber("on-both@example.org", lyon, paris)
    left_one = make_subscriber("left-one@example.org", lyon, paris)
    left_all = make_subscriber("left-all@example.org", paris)
    unsubscribe_from_list(left_one.id, lyon.id, Method.PAGE)
    unsubscribe_from_every_list(left_all.id, Method.ONE_CLICK)
    request_to_join("waiting@example.org", lyon, paris)
    html = owner_client.get("/console/").text
    assert figures(html) == [2, 1, 1]
    assert rows(html) == [["Lyon", "1", "1", "1"], ["Paris", "2", "1", "1"]]


def test_who_comes_back_has_not_left(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    person = make_subscriber("back@example.org", lyon)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    make_subscriber("back@example.org", lyon)
    html = owner_client.get("/console/").text
    assert figures(html) == [1, 0, 0]
    assert rows(html) == [["Lyon", "1", "0", "0"]]


def test_asking_twice_is_waiting_once(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    request_to_join("waiting@example.org", lyon)
    request_to_join("waiting@example.org", lyon)
    assert figures(owner_client.get("/console/").text) == [0, 1, 0]


def test_a_campaign_that_is_being_sent_is_named_until_it_pauses(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    campaign = make_campaign(lyon, "Samedi <matin>")
    launch_ready(campaign.id)
    assert "Samedi &lt;matin&gt;" in owner_client.get("/console/").text
    pause_campaign(campaign.id)
    assert "Samedi" not in owner_client.get("/console/").text


def test_the_chart_shows_who_joined(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    html = owner_client.get("/console/").text
    assert html.count("chart-line series-confirmed") == 2
    assert "NaN" not in html


def test_a_new_right_says_from_when_it_counts(app: Flask) -> None:
    owner = make_owner()
    browser = sign_in(app, owner)
    words = "Compte comme deuxième personne à partir du"
    assert words not in browser.get("/console/").text
    grant_right(owner.id, RoleName.APPROVER)
    assert words in browser.get("/console/").text


def test_without_a_list_the_page_says_how_to_begin(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    assert "/console/lists/new" in owner_client.get("/console/").text
    assert "/console/lists/new" not in organiser_client.get("/console/").text
