"""The emergency stop, and the pages of retention times: owners change them, all see them."""

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock, create_app
from supporters.accounts.models import RoleName
from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.retention.queries import get_days, list_changes
from supporters.retention.retention_rounds import run_retention
from supporters.retention.rules import Category
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_account, make_owner, sign_in
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses, reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import followed, post
from tests.web.public.pages import press

STOP, RESUME = "/console/sending/stop", "/console/sending/resume"
STOPPED = "a arrêté tous les envois"
PAGE = "/console/retention"


@made_once
def running(app: object) -> int:
    """Return a campaign that is being sent."""
    return launch_to_addresses(ANNA, BORIS, subject="Samedi")


@pytest.fixture
def pages(running: int) -> list[str]:
    """Return all pages that show campaigns."""
    mailing_list = make_list("lyon", "Lyon")
    make_subscriber("chloe@example.org", mailing_list)
    draft = make_campaign(mailing_list).id
    make_ready(draft)
    base = "/console/campaigns"
    return [
        "/console/",
        base,
        f"{base}/{running}",
        f"{base}/{running}/progress",
        f"{base}/{draft}",
        f"{base}/{draft}/decision",
        "/console/people",
        "/console/account",
    ]


def test_asking_to_stop_stops_nothing_and_says_what_would_happen(
    owner_client: FlaskClient, running: int
) -> None:
    page = owner_client.get(STOP).text
    assert "Samedi" in page
    assert "2 personnes ne l’ont pas encore reçue" in page
    assert find_stop() is None


def test_an_owner_stops_all_sending_and_lets_it_go_on(
    owner_client: FlaskClient, running: int
) -> None:
    page = followed(owner_client, press(owner_client, STOP))
    assert STOPPED in page
    assert find_stop() is not None
    assert press(owner_client, RESUME, reason="").status_code == 422
    assert find_stop() is not None
    page = followed(owner_client, press(owner_client, RESUME, reason="Lien corrigé."))
    assert STOPPED not in page
    assert find_stop() is None
    assert reload(running).status is CampaignStatus.RUNNING


def test_a_stop_is_not_asked_for_twice(owner_client: FlaskClient) -> None:
    since = stop_all()
    assert STOPPED in followed(owner_client, owner_client.get(STOP))
    post(owner_client, STOP)
    stop = find_stop()
    assert stop is not None
    assert stop.since == since


def test_letting_go_on_by_a_link_is_not_possible(owner_client: FlaskClient) -> None:
    stop_all()
    assert owner_client.get(RESUME).status_code == 200
    assert owner_client.post(RESUME).status_code == 400
    assert find_stop() is not None


def test_everybody_who_writes_stops_all_sending_and_only_owners_let_it_go_on(
    organiser_client: FlaskClient, pages: list[str]
) -> None:
    press(organiser_client, STOP, reason="Mauvais lien dans le mail.")
    stop = find_stop()
    assert stop is not None
    assert stop.because == "Mauvais lien dans le mail."
    assert post(organiser_client, RESUME).status_code == 403
    assert find_stop() is not None
    for page in pages:
        text = organiser_client.get(page).text
        assert STOPPED in text, page
        assert "Mauvais lien dans le mail." in text, page
        assert "Un propriétaire peut laisser repartir les envois" in text, page
        assert RESUME not in text, page


def test_owners_find_the_way_on_wherever_the_stop_is_told(
    owner_client: FlaskClient, pages: list[str]
) -> None:
    stop_all()
    for page in pages:
        text = owner_client.get(page).text
        assert STOPPED in text, page
        assert f'href="{RESUME}"' in text, page
    resume_all(None, "Corrigé.")
    assert not any(STOPPED in owner_client.get(page).text for page in pages)


def test_everybody_who_writes_finds_the_key_and_the_officer_does_not(
    organiser_client: FlaskClient, officer_client: FlaskClient, running: int
) -> None:
    for page in ("/console/", "/console/campaigns"):
        assert STOP in organiser_client.get(page).text
        assert STOP not in officer_client.get(page).text
    assert officer_client.get(STOP).status_code == 403


def test_who_is_limited_to_a_list_stops_all_and_reads_of_no_other_list(
    app: Flask, running: int
) -> None:
    organiser = make_account("lyon@parti.example", RoleName.ORGANISER)
    limit_organiser(organiser.id, [make_list("lyon", "Lyon").id])
    client = sign_in(app, organiser)
    assert "Samedi" not in client.get(STOP).text
    press(client, STOP)
    assert find_stop() is not None


def test_a_stopped_campaign_promises_no_pace_and_no_end(
    owner_client: FlaskClient, running: int
) -> None:
    stop_all()
    text = owner_client.get(f"/console/campaigns/{running}/progress").text
    assert 'data-stopped="true"' in text
    assert "Débit" not in text
    assert "depuis une demi-minute" not in text
    assert "Envoi en cours" not in text


def test_a_paused_campaign_stays_paused(owner_client: FlaskClient, running: int) -> None:
    pause_campaign(running)
    press(owner_client, STOP)
    press(owner_client, RESUME, reason="Corrigé.")
    assert reload(running).status is CampaignStatus.PAUSED


def test_the_launch_page_says_when_the_first_messages_leave(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    draft = make_campaign(mailing_list).id
    make_ready(draft)
    path = f"/console/campaigns/{draft}/decision"
    assert "partiront à la reprise des envois" not in owner_client.get(path).text
    stop_all()
    assert "partiront à la reprise des envois" in owner_client.get(path).text


def test_no_press_is_filled_while_nothing_leaves(
    organiser_client: FlaskClient, running: int
) -> None:
    """The one to choose is an owner's: let sending continue. A campaign waits until then."""
    page = f"/console/campaigns/{running}/progress"
    pause_campaign(running)
    before = organiser_client.get(page).text
    stop_all()
    after = organiser_client.get(page).text
    filled = 'class="button button-primary"'
    assert [(filled in each, "Reprendre" in each) for each in (before, after)] == [
        (True, True),
        (False, True),
    ]


def test_the_stop_is_told_in_english_too(owner_client: FlaskClient) -> None:
    stop_all()
    post(owner_client, "/console/language/en")
    assert "A command on the server stopped all sending" in owner_client.get("/console/").text


def test_an_owner_changes_how_long_a_category_is_kept(owner_client: FlaskClient) -> None:
    answer = press(owner_client, f"{PAGE}/people", days="730", reason="Décision du bureau.")
    html = followed(owner_client, answer)
    assert get_days(Category.PEOPLE) == 730
    assert "Décision du bureau." in html
    assert "owner@parti.example" in html


def test_what_the_law_forbids_or_nobody_explains_is_refused(owner_client: FlaskClient) -> None:
    for days, reason in [("1096", "x"), ("364", "x"), ("", "x"), ("many", "x"), ("730", " ")]:
        answer = press(owner_client, f"{PAGE}/people", days=days, reason=reason)
        assert (answer.status_code, "error-summary" in answer.text) == (422, True)
        assert [*list_changes(limit=1)] == []


@pytest.mark.parametrize("name", ["signups", "log", "nonsense"])
def test_what_is_fixed_has_no_page(owner_client: FlaskClient, name: str) -> None:
    assert owner_client.get(f"{PAGE}/{name}").status_code == 404


def test_the_officer_reads_and_changes_nothing(officer_client: FlaskClient) -> None:
    assert f"{PAGE}/people" not in officer_client.get(PAGE).text
    assert officer_client.get(f"{PAGE}/people").status_code == 403


def test_a_run_tells_what_it_deleted(owner_client: FlaskClient) -> None:
    request_to_join("ada@example.org", make_list())
    before = owner_client.get(PAGE).text
    run_retention(clock.now() + timedelta(days=4), RecordingActions().means())
    after = owner_client.get(PAGE).text
    assert "status-good" not in before
    assert "status-good" in after


def test_the_record_of_processing_is_a_page(app: Flask, settings: Settings) -> None:
    other = create_app(dataclasses.replace(settings, mail_server="relais.example.net"))
    with other.app_context():
        html = sign_in(other, make_owner()).get("/console/processing-record").text
    assert "relais.example.net" in html
    assert settings.dpo_contact in html
