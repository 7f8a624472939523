"""The result of a campaign: figures first, a file, the refused, and campaigns that follow."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit_log.audit_events import find_newest_act
from supporters.consent.log_sealing import seal
from supporters.database import transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.after_sending.models import ANSWERS, COMPLAINTS
from supporters.delivery.after_sending.return_counts import add_returns
from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.campaign_control import cancel_campaign
from supporters.delivery.results import record_batch
from supporters.evidence.evidence_pack import gather_evidence
from supporters.lists.queries import get_list
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of
from tests.factories.accounts import make_owner, sign_in
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ACCEPTED, claim, launch, reload, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.planned import plan
from tests.factories.sending_day.results import (
    NAMES,
    at,
    make_earlier,
    make_list_of_ten,
    make_result,
)
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import followed, open_person, post, speak_english
from tests.web.public.pages import press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


@made_once
def sent(app: Flask) -> int:
    """Return the id of a campaign with every end, after three others."""
    mailing_list = make_list_of_ten()
    make_earlier(mailing_list, ["Un", "Deux", "=3"])
    return make_result(mailing_list)


@made_once
def cancelled(app: Flask) -> int:
    """Return the id of a campaign that was cancelled after three of ten."""
    campaign_id = launch(make_list_of_ten())
    claimed = claim(campaign_id)
    assert claimed is not None
    first = [each for each in claimed.recipients if each.address.startswith("stays")]
    record_batch(claimed, [(each, ACCEPTED) for each in first], now=clock.now())
    cancel_campaign(campaign_id)
    skip_rest_of_cancelled()
    return campaign_id


def test_a_campaign_that_is_sent_says_how_many_got_it_once(browser: FlaskClient) -> None:
    campaign_id = launch(make_list_of_ten())
    claimed = claim(campaign_id)
    assert claimed is not None
    record_batch(claimed, [(claimed.recipients[0], ACCEPTED)], now=clock.now())
    page = f"/console/campaigns/{campaign_id}"
    running = browser.get(page).text
    post(browser, f"{page}/pause")
    paused = browser.get(page).text
    assert [each.count("ledger-accepted") for each in (running, paused)] == [1, 2]
    assert 'data-status="running"' in running
    assert 'id="result"' in running


def test_the_result_comes_first_and_the_states_are_folded(browser: FlaskClient, sent: int) -> None:
    html = browser.get(f"/console/campaigns/{sent}").text
    said = (
        "What came of it",
        "Left because of this email",
        "33.3",  # two of six
        "usual for this list: 0.0",
        "“I never signed up”",
        "There is no such mailbox",
        "On the second day",
        "1 person left, paused or objected before their turn.",
        "1 email has an unknown outcome: it may have arrived.",
        "Beside the campaigns before it",
        "Send these people a correction",
        "Delivery in detail",
    )
    missing = [each for each in said if each not in html]
    assert missing == []
    assert html.index("What came of it") < html.index("Delivery in detail")
    assert not [name for name in NAMES if at(name) in html]


def test_a_running_campaign_shows_its_progress_first_and_no_next_step(
    browser: FlaskClient,
) -> None:
    campaign_id = launch(make_list_of_ten())
    html = browser.get(f"/console/campaigns/{campaign_id}").text
    assert "Delivery in detail" not in html
    assert "correction" not in html


def test_the_file_has_totals_and_nobody(browser: FlaskClient, sent: int) -> None:
    answer = browser.get(f"/console/campaigns/{sent}/result.csv")
    rows = [*csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))]
    assert [each["subject"] for each in rows] == ["Samedi", "'=3", "Deux", "Un"]
    figures = ("recipients", "accepted", "refused", "left", "never_signed_up")
    assert [rows[0][name] for name in figures] == ["10", "6", "2", "2", "1"]
    assert "@" not in answer.text


def test_what_came_back_stands_apart_by_reason(browser: FlaskClient, sent: int) -> None:
    page = f"/console/campaigns/{sent}"
    assert "Spam button" not in browser.get(page).text
    with transaction():
        counts = {"no_mailbox": 2, "full": 3, COMPLAINTS: 1, ANSWERS: 4}
        add_returns({(sent, figure): people for figure, people in counts.items()})
    html = browser.get(page).text
    for words in ("Why emails came back", "The mailbox is full", "There is no such mailbox"):
        assert words in html
    rows = [*csv.DictReader(io.StringIO(browser.get(f"{page}/result.csv").text.lstrip("\ufeff")))]
    assert [rows[0][name] for name in ("came_back", "spam_button", "answered")] == ["5", "1", "4"]
    assert rows[0]["refused"] == "2"


def test_the_refused_are_shown_after_a_press_that_is_a_search(
    browser: FlaskClient, sent: int
) -> None:
    page = f"/console/campaigns/{sent}/refused"
    assert "…@example.org" not in browser.get(page).text
    before = find_newest_act(PersonAct.PEOPLE_SEARCHED, None)
    shown = press(browser, page).text
    assert ("v…@example.org" in shown, at("vanished") in shown) == (True, False)
    after = find_newest_act(PersonAct.PEOPLE_SEARCHED, None)
    assert (before, after is not None) == (None, True)


def test_one_press_begins_a_correction_and_its_pages_say_for_whom(
    browser: FlaskClient, sent: int
) -> None:
    answer = post(browser, f"/console/campaigns/{sent}/follow/same_people")
    assert answer.location.endswith(f"/campaigns/{sent + 1}/edit"), answer.location
    assert "Correction" in followed(browser, answer)
    assert find_newest_act(DeliveryAct.FOLLOW_UP_BEGUN, sent + 1) is not None
    for page in ("", "/decision"):
        html = browser.get(f"/console/campaigns/{sent + 1}{page}", follow_redirects=True).text
        assert "Only for those who got this campaign" in html, page


def test_a_planned_correction_promises_nothing_to_the_rest_of_its_list(
    browser: FlaskClient, sent: int
) -> None:
    words = "at that hour gets it"
    post(browser, f"/console/campaigns/{sent}/follow/same_people")
    make_ready(sent + 1)
    plan(sent + 1)
    other = make_campaign(get_list(1))
    make_ready(other.id)
    plan(other.id)
    assert words not in browser.get(f"/console/campaigns/{sent + 1}").text
    assert words in browser.get(f"/console/campaigns/{other.id}").text


def test_a_refused_follow_up_says_why(browser: FlaskClient, sent: int) -> None:
    answer = post(browser, f"/console/campaigns/{sent}/follow/missed")
    assert "None of its people" in followed(browser, answer)


def test_a_cancelled_campaign_says_how_far_it_came_everywhere(
    browser: FlaskClient, cancelled: int
) -> None:
    words = "Cancelled by us at 30%: 3 of 10 people got it. 7 didn’t get it"
    page = browser.get(f"/console/campaigns/{cancelled}").text
    person = subscriber_at(at("full"))
    of_person = browser.get(open_person(browser, person.id)).text
    seal()
    mail = gather_evidence(person, now=clock.now())["mails"][0]
    own = export_everything(data_subject_of(person))["delivery"][0]
    assert (words in page, words in of_person) == (True, True)
    assert "Write to the 7 people whom the cancellation left out" in page
    assert mail["cancelled"] == {"accepted": 3, "audience": 10, "cancelled": 7}
    assert (own["reached"], own["audience"]) == (3, 10)
    assert reload(cancelled).finished_at is not None
