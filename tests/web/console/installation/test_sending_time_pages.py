"""The pages of the sending window and of ballots, and what campaigns say of them."""

import re
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters.accounts.models import Organiser
from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.pauses.silence_pause import pause_in_silence
from supporters.lists.models import MailingList
from supporters.sending_times.ballots import hours_of, list_ballots
from supporters.sending_times.models import SilenceKind
from supporters.sending_times.rules import Window
from supporters.sending_times.sending_window import find_window
from tests.factories.accounts import make_owner, sign_in
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, launch_to_addresses, make_draft_to_two, reload
from tests.factories.sending_day.sending_times import in_paris, make_ballot, open_in_daytime
from tests.web.console.pages import followed, post, speak_english

pytestmark = pytest.mark.either_database
SETTINGS = "/console/settings/sending"
WINDOW, NEW = f"{SETTINGS}/window", f"{SETTINGS}/ballots/new"
HOURS = {"kind": "hours", "opens": "08:00", "closes": "21:00"}
VOTE = {"name": "Régionales", "country": "FR", "first_day": "2027-04-11", "silence": "rule"}
NIGHT, SATURDAY, AFTERWARDS = "2027-03-01 23:00", "2027-04-10 00:01", "2027-04-11 20:00"


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return an owner's browser in English."""
    browser = sign_in(app, make_owner())
    speak_english(browser)
    return browser


def text_of(page: str) -> str:
    """Return the words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def at(app: Flask, moment: str, path: str) -> str:
    """Return the words of a page that an owner opens at a moment in Paris."""
    with time_machine.travel(in_paris(moment)):
        account = db.session.scalars(db.select(Organiser)).first() or make_owner()
        browser = sign_in(app, account)
        speak_english(browser)
        return text_of(browser.get(path).text)


def send_days(browser: FlaskClient, days: list[str], **fields: str) -> str:
    """Send the form of the window with some days; return the words of the next page."""
    read = browser.get(WINDOW).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', read)
    values = {"csrf_token": token.group(1) if token else "", "days": days, **HOURS, **fields}
    return text_of(browser.post(WINDOW, data=values, follow_redirects=True).text)


def test_the_first_page_says_what_there_is_not_yet(owner: FlaskClient) -> None:
    words = text_of(owner.get(SETTINGS).text)
    assert "Campaigns leave at any time" in words
    assert "There is no ballot yet. Add the next vote" in words


def test_an_owner_sets_changes_and_removes_the_window(owner: FlaskClient) -> None:
    words = send_days(owner, ["0", "1", "2", "3", "4", "5"])
    assert "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, from 08:00 to 21:00" in words
    assert find_window() == Window(days=frozenset(range(6)), opens=480, closes=1260)
    assert "Nothing was changed." in send_days(owner, ["0", "1", "2", "3", "4", "5"])
    assert "to 06:00 on the next day" in send_days(owner, ["4"], opens="22:00", closes="06:00")
    assert "Campaigns leave at any time" in send_days(owner, [], kind="any")
    assert find_window() is None


def test_a_window_that_never_opens_is_refused_with_what_to_do(owner: FlaskClient) -> None:
    for days, times, fault in (
        ([], {}, "Choose at least one day, or “At any time”."),
        (["0"], {"closes": "08:00"}, "Enter a later end, or from 00:00 to 00:00"),
        (["0"], {"opens": ""}, "Enter when the window opens and when it closes"),
    ):
        assert fault in send_days(owner, days, **times)
    assert find_window() is None


def test_a_ballot_is_announced_with_the_silence_of_its_country(owner: FlaskClient) -> None:
    words = followed(owner, post(owner, NEW, **VOTE))
    assert "from 10 April 2027, 00:00 to 11 April 2027, 20:00" in text_of(words)
    [ballot] = list_ballots()
    page = f"{SETTINGS}/ballots/{ballot.id}"
    assert "Source of the rule: Code électoral, art. L. 49." in text_of(owner.get(page).text)
    post(owner, page, **{**VOTE, "country": "PL"})
    assert "We did not read the law itself" in text_of(owner.get(page).text)
    assert "Have it checked" in text_of(owner.get(SETTINGS).text)


def test_the_silence_can_be_typed_or_left_out(owner: FlaskClient) -> None:
    hours = {"begins_on": "2027-04-09", "begins_at": "18:30", "ends_on": "2027-04-12"}
    post(owner, NEW, **{**VOTE, "silence": "typed", **hours, "ends_at": "00:00"})
    post(owner, NEW, **{**VOTE, "silence": "none"})
    found = {each.silence: hours_of(each) for each in list_ballots()}
    typed = found[SilenceKind.TYPED]
    assert typed is not None
    assert (typed.begins.minute, typed.ends.minute) == (1110, 0)
    assert found[SilenceKind.NONE] is None


def test_a_faulty_ballot_says_what_to_correct(owner: FlaskClient) -> None:
    typed = {"silence": "typed", "begins_on": "2027-04-11", "begins_at": "00:00"}
    for fields, fault in (
        ({"name": ""}, "Give the ballot a name."),
        ({"first_day": ""}, "Enter the day of the vote."),
        ({"last_day": "2027-04-10"}, "The last day comes after the first one"),
        (typed, "Enter the day and the time at which the silence begins"),
        ({**typed, "ends_on": "2027-04-10", "ends_at": "00:00"}, "would end before it begins"),
        ({**typed, "ends_on": "2027-06-10", "ends_at": "00:00"}, "more than a month"),
        ({"departements": "99"}, "99"),
    ):
        answer = post(owner, NEW, **{**VOTE, **fields})
        assert answer.status_code == 422, fields
        assert fault in text_of(answer.text), fields
    assert not list_ballots()


def test_a_ballot_is_deleted_after_a_question_that_names_its_campaigns(owner: FlaskClient) -> None:
    launch_to_addresses(ANNA)
    ballot = make_ballot()
    pause_in_silence(in_paris(SATURDAY))
    page = f"{SETTINGS}/ballots/{ballot.id}/delete"
    assert "Paused by it Des nouvelles" in text_of(owner.get(page).text)
    assert "is deleted, with its silence" in text_of(followed(owner, post(owner, page)))
    assert (list_ballots(), owner.get(page).status_code) == ([], 404)


def test_at_night_each_page_says_when_a_campaign_goes_on(app: Flask, owner: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA)
    open_in_daytime()
    until = "Paused by the sending window until tomorrow at 08:00"
    page = f"/console/campaigns/{campaign_id}"
    assert until in at(app, NIGHT, page)
    assert until in at(app, NIGHT, f"{page}/progress")
    assert until in at(app, NIGHT, "/console/")
    assert "Outside sending hours" in at(app, NIGHT, "/console/campaigns")
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    assert until not in at(app, "2027-03-02 08:00", page)


def test_a_list_with_a_clock_of_its_own_names_it(app: Flask, owner: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        db.session.execute(db.update(MailingList).values(time_zone="Indian/Reunion"))
    open_in_daytime()
    words = at(app, "2027-03-01 19:00", f"/console/campaigns/{campaign_id}")
    assert "until tomorrow at 08:00 (Réunion Time)" in words


def test_the_page_says_when_the_silence_ends_and_then_that_it_is_over(
    app: Flask, owner: FlaskClient
) -> None:
    campaign_id = launch_to_addresses(ANNA)
    make_ballot()
    page = f"/console/campaigns/{campaign_id}"
    assert "Electoral silence has begun: nothing leaves." in at(app, SATURDAY, page)
    pause_in_silence(in_paris(SATURDAY))
    words = at(app, SATURDAY, page)
    assert "“Régionales”: from 10 April 2027, 00:00 to 11 April 2027, 20:00." in words
    assert "It is over. Press “Resume”" in at(app, AFTERWARDS, page)
    with time_machine.travel(in_paris(SATURDAY)):
        browser = sign_in(app, make_owner("other@parti.example"))
        speak_english(browser)
        refused = followed(browser, post(browser, f"{page}/resume"))
    assert "There is electoral silence for a list of this campaign" in refused
    assert reload(campaign_id).status is CampaignStatus.PAUSED


def test_the_sheet_before_a_launch_has_the_window_and_the_silence(
    app: Flask, owner: FlaskClient
) -> None:
    campaign_id = make_draft_to_two().id
    make_ready(campaign_id)
    page = f"/console/campaigns/{campaign_id}/decision"
    assert "Sending window at any time" in text_of(owner.get(page).text)
    assert "Electoral silence no ballot within two weeks" in text_of(owner.get(page).text)
    open_in_daytime()
    make_ballot()
    make_ballot("Lyon", communes="Lyon")
    assert "Nothing leaves before it opens: tomorrow at 08:00." in at(app, NIGHT, page)
    soon = at(app, "2027-04-05 12:00", page)
    assert "until today at 21:00 The rest then goes on by itself: tomorrow at 08:00." in soon
    assert "Messages that haven’t left by then wait" in soon
    assert "It concerns a part of the list only" in soon
    assert "Silence now" in at(app, SATURDAY, page)


def test_a_launch_in_the_silence_is_refused_with_its_reason(app: Flask, owner: FlaskClient) -> None:
    campaign_id = make_draft_to_two().id
    make_ready(campaign_id)
    make_ballot()
    with time_machine.travel(in_paris(SATURDAY)):
        browser = sign_in(app, make_owner("other@parti.example"))
        speak_english(browser)
        answer = post(browser, f"/console/campaigns/{campaign_id}/launch", recipients="2")
    assert "There is electoral silence for a list of this campaign" in answer.text
    assert reload(campaign_id).status is CampaignStatus.DRAFT
