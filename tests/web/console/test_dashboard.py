"""The dashboard: its figures match the subscriptions, per list and in total."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.cases.models import CaseKind
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.after_sending.departure_counts import count_departure
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.completion import finish_if_done
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.subscriptions import unsubscribe_from_every_list, unsubscribe_from_list
from supporters.team.accounts import grant_right
from supporters.web.console.dashboard import SHOWN
from tests.factories.accounts import make_owner, sign_in
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import reload
from tests.factories.cases import make_case
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.factories.themes import choose_theme
from tests.web.console.pages import speak_english


def figures(html: str) -> list[int]:
    """Return the figures of people: subscribers, pending, joined and left in seven days."""
    people = html.partition('aria-labelledby="people"')[2].partition("</section>")[0]
    return [int(each) for each in re.findall(r"<(?:strong[^>]*|li)>(\d+)", people)]


def rows(client: FlaskClient) -> list[list[str]]:
    """Return the cells of the table of lists, but for state and order."""
    html = client.get("/console/lists").text
    body = html.partition('<tbody role="rowgroup">')[2].partition("</tbody>")[0]
    cells = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in [*cells.findall(row)[:1], *cells.findall(row)[2:5]]
        ]
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
    assert figures(html) == [2, 1, 5, 2]
    assert rows(owner_client) == [["Lyon", "1", "1", "1"], ["Paris", "2", "1", "1"]]


def test_who_comes_back_has_not_left(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    person = make_subscriber("back@example.org", lyon)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    make_subscriber("back@example.org", lyon)
    html = owner_client.get("/console/").text
    assert figures(html) == [1, 0, 2, 1]
    assert rows(owner_client) == [["Lyon", "1", "0", "0"]]


def test_asking_twice_is_waiting_once(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    request_to_join("waiting@example.org", lyon)
    request_to_join("waiting@example.org", lyon)
    assert figures(owner_client.get("/console/").text) == [0, 1, 0, 0]


def test_a_campaign_that_is_being_sent_is_named_also_when_it_pauses(
    owner_client: FlaskClient,
) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    campaign = make_campaign(lyon, "Samedi <matin>")
    launch_ready(campaign.id)
    assert "Samedi &lt;matin&gt;" in owner_client.get("/console/").text
    pause_campaign(campaign.id)
    assert "Suspendue\u202f:" in owner_client.get("/console/").text


def test_each_campaign_that_paused_itself_is_to_do(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    for number in range(SHOWN + 1):
        campaign = make_campaign(lyon, f"Campagne {number}")
        launch_ready(campaign.id)
        pause_campaign(campaign.id)
    with transaction():
        reload(campaign.id).problem = "departures: 5/100/10"
    html = owner_client.get("/console/").text
    assert len(re.findall(r"Suspendue\u202f: <a", html)) == SHOWN
    assert len(re.findall(r"Suspendue d’elle-même\u202f: <a", html)) == 1


def test_the_chart_shows_who_joined(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    html = owner_client.get("/console/lists").text
    assert html.count("chart-line series-confirmed") == 2
    assert "NaN" not in html


def test_a_new_right_says_from_when_it_counts(app: Flask) -> None:
    owner = make_owner()
    browser = sign_in(app, owner)
    words = "vaut accord d’une deuxième personne à partir du"
    assert words not in browser.get("/console/").text
    grant_right(owner.id, RoleName.APPROVER)
    assert words in browser.get("/console/").text


def test_without_a_list_the_page_says_how_to_begin(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    assert "/console/lists/new" in owner_client.get("/console/").text
    assert "/console/lists/new" not in organiser_client.get("/console/").text


def test_a_new_party_has_a_checklist_until_all_is_done(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    speak_english(owner_client)
    assert open_steps(owner_client) == [
        "Create a list",
        "Give emails and pages the party’s look",
        "Invite a second owner",
        "Share the sign-up page: the first person confirms",
        "Send the first campaign",
    ]
    assert open_steps(organiser_client) == []
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    launch_ready(make_campaign(lyon).id)
    assert len(open_steps(owner_client)) == 2
    make_owner("second@parti.example")
    choose_theme()
    html = owner_client.get("/console/").text
    assert "First steps" not in html


def test_the_checklist_says_how_the_party_gets_a_training(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    speak_english(owner_client)
    steps = owner_client.get("/console/").text.partition('aria-labelledby="first-steps"')[2]
    assert "Try the whole day" in steps
    assert "Ask the operator for it: the command is “flask training”" in steps
    assert "try-the-day" not in steps
    assert "flask training" not in organiser_client.get("/console/").text


def open_steps(client: FlaskClient) -> list[str]:
    """Return the steps that are still to do."""
    steps = client.get("/console/").text.partition('aria-labelledby="first-steps"')[2]
    return re.findall(r"<a href=[^>]*>([^<]+)</a>", steps.partition("</ol>")[0])


def test_drafts_cases_and_the_last_sending_are_on_the_page(owner_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("a@example.org", lyon)
    sent = make_campaign(lyon, "Hier")
    launch_ready(sent.id)
    with transaction():
        db.session.execute(update(DeliveryBatch).values(accepted=1, due_at=None))
        db.session.execute(update(Delivery).values(status=DeliveryStatus.ACCEPTED))
        count_departure(sent.id, clock.now())
    assert finish_if_done(sent.id)
    make_campaign(lyon, "Demain")
    make_case(clock.now(), CaseKind.DISPUTE)
    html = owner_client.get("/console/").text
    last = html.partition('aria-labelledby="last-sending"')[2].partition("</section>")[0]
    drafts = html.partition('aria-labelledby="drafts"')[2].partition("</section>")[0]
    to_do = html.partition('aria-labelledby="to-do"')[2].partition("</section>")[0]
    assert ("Hier" in last, ">1</strong>" in last) == (True, True)
    assert "Rejetés\u202f: 0. Départs à cause de cet e-mail\u202f: 1." in last
    assert ("Demain" in drafts, "Hier" in drafts) == (True, False)
    assert "/console/cases/" in to_do
