"""The week shows what leaves when, what left, and what waits; an hour is moved there and undone."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.models import Campaign
from supporters.delivery.planned.due_launches import launch_due_campaigns
from supporters.lists.list_sender import ListSender, change_sender
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.sending_times.ballots import add_ballot
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_dpo, make_organiser, sign_in
from tests.factories.approvals import allow_alone
from tests.factories.campaigns import launch, reload
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import grace_of
from tests.factories.sending_day.sending_times import draft_of, in_paris, open_in_daytime
from tests.factories.sending_day.weeks import approve, launch_on, plan_at
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import followed, post
from tests.web.public.pages import press

WEEK = "/console/campaigns/week"
TUESDAY_NINE = in_paris("2026-12-08 09:00")
CARD = re.compile(r'<article class="week-card[^>]*id="campaign-(\d+)".*?</article>', re.DOTALL)
DAY = re.compile(r'<section class="week-day.*?</section>', re.DOTALL)
HOUR = re.compile(
    r'<div class="week-hour([^"]*)"\s+data-at="([^"]*)">(.*?)(?=<div class="week-|$)', re.DOTALL
)


def two_people(_app: Flask) -> int:
    """Make a list with two people; return its id."""
    mailing_list = make_list()
    for name in ("anna", "boris"):
        make_subscriber(f"{name}@example.org", mailing_list)
    allow_alone()
    return mailing_list.id


pytestmark = begins_with(two_people)


@pytest.fixture(autouse=True)
def on_monday_noon() -> object:
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def ours(prepared: int) -> MailingList:
    return get_list(prepared)


def cards(html: str) -> dict[int, str]:
    """Return the cards of a page by the ids of their campaigns."""
    return {int(found[1]): found[0] for found in CARD.finditer(html)}


def day_of(html: str, campaign: Campaign) -> int:
    """Return the day, 0 to 6, in which a campaign stands."""
    days = [number for number, day in enumerate(DAY.findall(html)) if campaign.id in cards(day)]
    return days[0]


def hours_of(html: str, state: str) -> list[str]:
    """Return when the hours of a state begin."""
    return [at for states, at, _ in HOUR.findall(html) if state in states.split()]


def test_a_planned_campaign_stands_at_its_hour_with_its_people(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    planned = plan_at(TUESDAY_NINE, ours, "Samedi")
    html = organiser_client.get(f"{WEEK}?from=2026-12-10").text
    card = cards(html)[planned.id]
    assert day_of(html, planned) == 1
    for words in (
        "09:00",
        "Samedi",
        ours.name,
        "2 personnes",
        f"/console/campaigns/{planned.id}/hour?week=2026-12-07",
    ):
        assert words in card
    assert cards(organiser_client.get(WEEK).text) == {}


def test_the_week_before_and_after_are_one_press_away_and_any_date_has_a_page(
    organiser_client: FlaskClient,
) -> None:
    html = organiser_client.get(WEEK).text
    assert "Semaine du 30 novembre 2026" in html
    assert f"{WEEK}?from=2026-11-23" in html
    assert f"{WEEK}?from=2026-12-07" in html
    for odd in ("nonsense", "0001-01-01", "9999-12-31", "2026-13-01"):
        assert "Semaine du 30 novembre 2026" in organiser_client.get(f"{WEEK}?from={odd}").text
    assert "Rien ne part" in html


def test_what_left_shows_its_result_and_is_not_moved(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    sent = launch(ours, "Merci")
    launch_on(sent, in_paris("2026-11-30 08:30"))
    card = cards(organiser_client.get(WEEK).text)[sent]
    assert "08:30" in card
    assert "0 sur 2 envoyés" in card
    assert "/hour" not in card


def test_what_was_approved_waits_above_the_grid_and_gets_an_hour(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    approved = approve(ours, "Appel")
    html = organiser_client.get(WEEK).text
    assert approved.id in cards(html[: html.index('class="week"')])
    moved = post(
        organiser_client,
        f"/console/campaigns/{approved.id}/hour?week=2026-11-30",
        at=TUESDAY_NINE.isoformat(),
    )
    assert reload(approved.id).send_at == TUESDAY_NINE
    shown = followed(organiser_client, moved)
    assert "«\u202fAppel\u202f» part le mardi 8 décembre 2026" in shown
    undo = re.search(r'<form action="([^"]*unschedule[^"]*)"', shown)
    assert undo
    post(organiser_client, undo[1].replace("&amp;", "&"))
    assert (reload(approved.id).status, reload(approved.id).send_at) == ("approved", None)


def test_a_moved_hour_goes_back_by_one_press(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    planned = plan_at(TUESDAY_NINE, ours, "Samedi")
    page = f"/console/campaigns/{planned.id}/hour?week=2026-12-07"
    moved = press(organiser_client, page, day="2026-12-17", hour="18:15")
    shown = followed(organiser_client, moved)
    assert day_of(shown, planned) == 3  # of the week in which it is now
    was = re.search(r'name="at" value="([^"]*)"', shown)
    assert was
    back = post(organiser_client, page, at=was[1])
    assert reload(planned.id).send_at == TUESDAY_NINE
    assert day_of(followed(organiser_client, back), planned) == 1


def test_a_refused_hour_is_said_and_nothing_is_lost(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    add_ballot(draft_of("Municipales", day=date(2026, 12, 13)), None)
    planned = plan_at(TUESDAY_NINE, ours, "Samedi")
    page = f"/console/campaigns/{planned.id}/hour?week=2026-12-07"
    refused = {
        "2026-11-30T09:00:00+00:00": "Cette heure est passée",
        "2028-11-30T09:00:00+00:00": "dans plus d’un an",
        "2026-12-12T09:00:00+00:00": "Silence électoral à cette heure\u202f: Municipales",
        "nonsense": "Choisissez un jour",
        "2026-12-09T09:00:00": "Choisissez un jour",
    }
    for at, words in refused.items():
        answer = post(organiser_client, page, at=at)
        assert (answer.status_code, reload(planned.id).send_at) == (422, TUESDAY_NINE), at
        assert words in answer.text
        notes = organiser_client.get(
            f"/console/campaigns/{planned.id}/hour/notes", query_string={"at": at}
        )
        assert words in notes.text
    assert f'href="{WEEK}?from=2026-12-07"' in answer.text


def test_a_campaign_that_left_meanwhile_is_not_moved(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    sent = launch(ours, "Merci")
    page = f"/console/campaigns/{sent}/hour?week=2026-12-07"
    answer = post(organiser_client, page, at=TUESDAY_NINE.isoformat())
    shown = followed(organiser_client, answer)
    assert "Semaine du 7 décembre 2026" in shown
    assert "message-bad" in shown
    assert reload(sent).send_at is None


def test_closed_hours_and_silence_are_shown_by_name(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    open_in_daytime()
    planned = [plan_at(in_paris(f"2026-12-{day} 21:30"), ours, day) for day in ("11", "12")]
    add_ballot(draft_of("Municipales", day=date(2026, 12, 13)), None)
    add_ballot(draft_of("Partielle", day=date(2026, 12, 13), departements="29"), None)
    html = organiser_client.get(f"{WEEK}?from=2026-12-07").text
    assert len(hours_of(html, "is-silent")) == 24 + 20
    assert len(hours_of(html, "is-shut")) == 5 * 11 + 3
    assert "Silence électoral\u202f: Municipales, 00:00–20:00" in html
    assert "Silence électoral\u202f: Partielle" in html
    assert "08:00–21:00" in html
    warnings = [cards(html)[each.id] for each in planned]
    assert "Hors plage d’envoi" in warnings[0]
    assert "Silence électoral" in warnings[1]
    page = organiser_client.get(f"/console/campaigns/{planned[0].id}").text
    assert "les premiers e-mails partent samedi 12 décembre 2026 à 08:00" in page


def test_a_card_whose_first_email_would_meet_silence_says_so(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    planned = plan_at(in_paris("2026-12-11 23:59"), ours, "Vendredi")
    add_ballot(draft_of("Municipales", day=date(2026, 12, 13)), None)
    with grace_of(120):
        html = organiser_client.get(f"{WEEK}?from=2026-12-07").text
    assert "Silence électoral" in cards(html)[planned.id]


def test_a_list_with_another_clock_says_its_own_hour(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    change_sender(ours.id, ListSender(name="", reply_to="", time_zone="Indian/Reunion"))
    planned = plan_at(TUESDAY_NINE, ours, "Samedi")
    html = organiser_client.get(f"{WEEK}?from=2026-12-07").text
    card = cards(html)[planned.id]
    assert ">09:00<" in card
    assert "12:00 à l’heure de sa liste (UTC+4)" in card
    assert 'data-zone="Indian/Reunion"' in card


def test_the_sundays_of_the_changes_have_their_hours(organiser_client: FlaskClient) -> None:
    autumn = organiser_client.get(f"{WEEK}?from=2027-10-25").text
    spring = organiser_client.get(f"{WEEK}?from=2027-03-22").text
    assert len(HOUR.findall(autumn)) == 169
    assert "02:00 (UTC+2)" in autumn
    assert "02:00 (UTC+1)" in autumn
    assert len(HOUR.findall(spring)) == 167
    assert "L’heure d’été saute cette heure." in spring


def test_a_held_campaign_waits_for_another_hour_and_says_since_when(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    planned = plan_at(in_paris("2026-11-30 13:30"), ours, "Samedi")
    launch_due_campaigns(in_paris("2026-11-30 20:00"))
    later = in_paris("2026-11-30 13:45")
    with time_machine.travel(later):
        html = organiser_client.get(WEEK).text
    waiting = cards(html[: html.index('class="week"')])
    assert "Elle n’est pas partie le 30 nov., 13:30" in waiting[planned.id]
    assert "Retenue" in waiting[planned.id]
    page = f"/console/campaigns/{planned.id}/hour?week=2026-11-30"
    with time_machine.travel(later):
        moved = post(organiser_client, page, at=TUESDAY_NINE.isoformat())
        shown = followed(organiser_client, moved)
    assert "«\u202fSamedi\u202f» part le" in shown
    assert ">Annuler</button>" not in shown


def test_an_hour_is_taken_back_from_the_week(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    planned = plan_at(TUESDAY_NINE, ours, "Samedi")
    back = post(organiser_client, f"/console/campaigns/{planned.id}/unschedule?week=2026-12-07")
    assert "Semaine du 7 décembre 2026" in followed(organiser_client, back)
    assert reload(planned.id).status == "draft"


def test_those_who_only_read_get_no_handle(app: Flask, ours: MailingList) -> None:
    planned, approved = plan_at(TUESDAY_NINE, ours, "Samedi"), approve(ours, "Appel")
    html = sign_in(app, make_dpo()).get(f"{WEEK}?from=2026-12-07").text
    assert {*cards(html)} == {planned.id, approved.id}
    for part in ("week-grip", "week-menu", "data-movable", "script/week", "Annuler"):
        assert part not in html


def test_an_account_limited_to_lists_sees_the_campaigns_of_those_alone(
    app: Flask, ours: MailingList
) -> None:
    theirs = make_list("local", "La Lettre de Brest")
    make_subscriber("chloe@example.org", theirs)
    own = plan_at(TUESDAY_NINE, theirs, "Brest")
    foreign, waiting = plan_at(TUESDAY_NINE, ours, "Paris"), approve(ours, "Appel")
    account = make_organiser("brest@parti.example")
    limit_organiser(account.id, [theirs.id])
    client = sign_in(app, account)
    html = client.get(f"{WEEK}?from=2026-12-07&moved={foreign.id}").text
    assert {*cards(html)} == {own.id}
    assert "Paris" not in html.replace("Europe/Paris", "")
    assert waiting.subject not in html
    assert client.get(f"/console/campaigns/{foreign.id}/hour/notes").status_code == 404


def test_the_page_of_campaigns_leads_to_the_week(
    organiser_client: FlaskClient, ours: MailingList
) -> None:
    plan_at(TUESDAY_NINE, ours, "Samedi")
    html = organiser_client.get("/console/campaigns").text
    assert f'href="{WEEK}">' in html
