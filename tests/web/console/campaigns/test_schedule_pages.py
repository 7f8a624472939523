"""A campaign is launched now or at an hour of its list; the hour is moved and taken back."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.planned.due_launches import launch_due_campaigns
from supporters.lists.list_sender import ListSender, change_sender
from supporters.lists.queries import get_list
from supporters.sending_times.ballots import add_ballot
from supporters.sending_times.models import Ballot
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import ledger, make_draft_to_two, reload
from tests.factories.drafts import make_campaign, write_in
from tests.factories.sending_day.planned import grace_of, offering, plan
from tests.factories.sending_day.sending_times import PARIS, draft_of, open_in_daytime
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import decide, followed, post

AT_NINE = {"when": "hour", "day": "2026-12-10", "hour": "09:00"}


@made_once
def draft(app: Flask) -> Campaign:
    """Return a draft to two people, which one person may launch."""
    campaign = make_draft_to_two()
    make_ready(campaign.id)
    return campaign


@pytest.fixture(name="page")
def page_of(draft: Campaign) -> str:
    return f"/console/campaigns/{draft.id}"


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        yield


def test_an_hour_is_on_the_clock_of_the_list(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    hours = {"": 8, "Indian/Reunion": 5, "America/Martinique": 13}
    found = {}
    for zone in hours:
        change_sender(draft.mailing_list_id, ListSender(name="", reply_to="", time_zone=zone))
        make_ready(draft.id)
        sent = decide(organiser_client, page, "launch", recipients="2", **AT_NINE)
        send_at = reload(draft.id).send_at
        assert send_at is not None, sent.text
        found[zone] = send_at.hour
        html = followed(organiser_client, sent)
        assert "jeudi 10 décembre 2026, 09:00" in html
        post(organiser_client, f"{page}/unschedule")
    assert found == hours
    assert ledger(draft.id) == {}


def test_the_page_names_the_clock_and_its_next_change(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    html = organiser_client.get(f"{page}/decision").text
    assert "UTC+1" in html
    assert "UTC+2 à partir du 28 mars 2027" in html
    reunion = ListSender(name="", reply_to="", time_zone="Indian/Reunion")
    change_sender(draft.mailing_list_id, reunion)
    assert "(UTC+4)" in organiser_client.get(f"{page}/decision").text


def test_an_hour_that_is_no_hour_is_refused_at_its_field(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    refused = {
        ("", "09:00"): ("day", "Choisissez un jour"),
        ("2026-12-10", ""): ("hour", "Choisissez une heure"),
        ("2026-11-30", "09:00"): ("hour", "Cette heure est passée"),
        ("0001-01-01", "00:00"): ("hour", "Cette heure est passée"),
        ("2028-01-10", "09:00"): ("day", "dans plus d’un an"),
        ("2027-03-28", "02:30"): ("hour", "Cette heure n’existe pas"),
        ("2027-10-31", "02:30"): ("which", "existe deux fois"),
    }
    for (day, hour), (field, words) in refused.items():
        typed = {"when": "hour", "day": day, "hour": hour, "recipients": "2"}
        answer = decide(organiser_client, page, "launch", **typed)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert words in answer.text
        assert reload(draft.id).status == "draft"
    assert "UTC+2" in answer.text
    decide(organiser_client, page, "launch", **typed, which="second")
    assert reload(draft.id).send_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_an_hour_is_moved_and_taken_back_by_one_press_each(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    plan(draft.id)
    html = organiser_client.get(page).text
    assert f'action="{page}/hour"' in html
    moved = post(organiser_client, f"{page}/hour", day="2026-12-11", hour="18:30")
    assert reload(draft.id).send_at == datetime(2026, 12, 11, 17, 30, tzinfo=UTC)
    assert "vendredi 11 décembre 2026, 18:30" in followed(organiser_client, moved)
    table = organiser_client.get("/console/campaigns").text
    assert "11 déc., 18:30</span>" in table
    assert 'title="vendredi 11 décembre 2026' in table
    html = organiser_client.get("/console/").text
    planned = html.partition('aria-labelledby="planned"')[2].partition("</section>")[0]
    assert "11 déc., 18:30" in planned
    assert html.count("11 déc., 18:30") == 1
    assert post(organiser_client, f"{page}/hour", day="2026-11-01", hour="18:30").status_code == 422
    post(organiser_client, f"{page}/unschedule")
    assert (reload(draft.id).status, reload(draft.id).send_at) == ("draft", None)
    again = followed(organiser_client, post(organiser_client, f"{page}/unschedule"))
    assert "message-bad" in again


def test_an_hour_that_nobody_at_a_page_chose_is_that_of_somebody(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    plan(draft.id)
    html = organiser_client.get(page).text
    assert "Heure choisie par quelqu’un le" in html
    assert "Approuvée par quelqu’un le" in html


def test_a_draft_that_was_planned_says_why_it_leaves_at_no_hour(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    void = "Elle était prévue pour le"
    plan(draft.id)
    post(organiser_client, f"{page}/hour", day="2026-12-11", hour="18:30")
    post(organiser_client, f"{page}/withdraw")
    html = organiser_client.get(page).text
    assert f"{void} vendredi 11 décembre 2026, 18:30" in html
    assert "(par org@parti.example)" in html
    make_ready(draft.id)
    plan(draft.id)
    assert void not in organiser_client.get(page).text
    post(organiser_client, f"{page}/unschedule")
    assert void not in organiser_client.get(page).text


def test_a_held_campaign_says_why_and_what_to_do(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    hour = plan(draft.id)
    launch_due_campaigns(hour.replace(day=hour.day + 1 if hour.day < 28 else hour.day, hour=23))
    html = organiser_client.get(page).text
    assert "Elle n’est pas partie à cette heure" in html
    assert "Le retard dépasse" in html
    assert "Retenue, non partie à son heure" in organiser_client.get("/console/").text


def test_a_campaign_held_in_silence_says_until_when_it_lasts(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    hour = plan(draft.id)
    tomorrow = hour.astimezone(PARIS).date() + timedelta(days=1)
    assert isinstance(add_ballot(draft_of(day=tomorrow), None), Ballot)
    launch_due_campaigns(hour)
    html = organiser_client.get(page).text
    assert "Silence électoral à cette heure" in html
    assert "20:00" in html
    assert "Choisissez ensuite une autre heure" in html
    assert "lancez-la vous-même" not in html


def test_a_button_that_silence_refuses_is_not_filled(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    filled = re.compile(r'button-primary"\s+type="submit"\s*>\s*(<span class="if-now">|Reprendre)')
    launched = launch_ready(make_campaign(get_list(draft.mailing_list_id), "Dimanche").id)
    assert isinstance(launched, Campaign)
    pause_campaign(launched.id)
    pages = (f"{page}/decision", f"/console/campaigns/{launched.id}")
    before = [bool(filled.search(organiser_client.get(each).text)) for each in pages]
    assert isinstance(add_ballot(draft_of(day=date(2026, 12, 1)), None), Ballot)
    after = [bool(filled.search(organiser_client.get(each).text)) for each in pages]
    assert (before, after) == ([True, True], [False, False])


def test_a_launch_can_be_stopped_until_its_first_email_leaves(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    with grace_of(120):
        launch_ready(draft.id)
        assert 'data-seconds="120"' in organiser_client.get(page).text
        back = followed(organiser_client, post(organiser_client, f"{page}/take-back"))
    assert "personne ne l’a reçu" in back
    assert (reload(draft.id).status, ledger(draft.id)) == ("draft", {})
    launch_ready(draft.id)
    assert "data-seconds" not in organiser_client.get(page).text
    refused = followed(organiser_client, post(organiser_client, f"{page}/take-back"))
    assert "Trop tard" in refused
    assert reload(draft.id).status == "running"
    assert clock.now().year == 2026


def test_a_planned_campaign_says_that_it_can_be_stopped_after_its_hour(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    plan(draft.id)
    assert "vous pourrez encore l’arrêter" not in organiser_client.get(page).text
    with grace_of(120):
        html = organiser_client.get(page).text
    assert "Le premier e-mail partira 120 secondes après" in html
    assert "vous pourrez encore l’arrêter ici" in html


def test_the_page_of_a_planned_campaign_notices_another_hour_and_its_launch(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    hour = plan(draft.id)
    waiting = organiser_client.get(f"{page}/progress").text
    assert 'data-active="true"' in waiting
    assert waiting.partition('id="progress"')[2] in organiser_client.get(page).text
    post(organiser_client, f"{page}/hour", day="2026-11-30", hour="18:30")
    moved = organiser_client.get(f"{page}/progress").text
    waits = [text.partition('data-waits="')[2].partition('"')[0] for text in (waiting, moved)]
    assert "" not in waits
    assert waits[0] != waits[1]
    launch_due_campaigns(hour + timedelta(hours=4))
    assert "data-waits" not in organiser_client.get(f"{page}/progress").text


def test_an_hour_whose_first_email_would_meet_silence_is_refused(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    assert isinstance(add_ballot(draft_of(day=date(2026, 12, 12)), None), Ballot)
    last_minute = {**AT_NINE, "hour": "23:59"}
    with grace_of(120):
        refused = decide(organiser_client, page, "launch", recipients="2", **last_minute)
    assert "Silence électoral à cette heure" in refused.text
    assert reload(draft.id).send_at is None
    decide(organiser_client, page, "launch", recipients="2", **last_minute)
    assert reload(draft.id).send_at is not None


def test_an_hour_whose_first_email_would_leave_after_the_window_says_so(
    organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    open_in_daytime()
    late = {**AT_NINE, "hour": "20:59", "recipients": "2"}
    with grace_of(120):
        html = followed(organiser_client, decide(organiser_client, page, "launch", **late))
    assert "hors de la plage d’envoi" in html
    assert "hors de la plage d’envoi" not in organiser_client.get(page).text


def test_the_pages_say_what_to_do_about_a_language_that_is_not_offered_any_more(
    app: Flask, organiser_client: FlaskClient, draft: Campaign, page: str
) -> None:
    write_in(draft, "en", "Saturday")
    make_ready(draft.id)
    with offering(app, "fr"):
        launched = decide(organiser_client, page, "launch", recipients="2", when="now")
    plan(draft.id)
    with offering(app, "fr"):
        moved = post(organiser_client, f"{page}/hour", day="2026-12-11", hour="10:00")
    for answer in (launched, moved):
        assert "n’est plus proposée sur le site" in answer.text
    assert ledger(draft.id) == {}
