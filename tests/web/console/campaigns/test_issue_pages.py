"""Organisers put a sent campaign on the site and take it back; owners set up the archive."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.archive.models import ArchiveAct
from supporters.archive.publication import ask_to_publish, publish_issue, withdraw_issue
from supporters.archive.queries import count_issues, find_issue
from supporters.audit_log.audit_events import find_newest_act
from supporters.lists.mailing_lists import close_list
from supporters.lists.queries import get_list
from tests.factories.accounts import make_owner, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.issues import FIRST_NAME, make_issue, make_sent, path_of
from tests.factories.lists import make_list
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

ASKS = "Shall everybody be able to read it"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


def test_an_organiser_reads_the_page_for_everybody_and_publishes_it(browser: FlaskClient) -> None:
    campaign = make_sent(make_list(), "À {{given_name|tous}}", "Chère {{given_name|amie}}.")
    page = f"/console/campaigns/{campaign.id}"
    assert "Only its readers have this email." in browser.get(page).text
    asked = browser.get(f"{page}/publish").text
    assert "À tous" in asked
    assert "Chère amie." in asked
    assert FIRST_NAME not in asked
    told = followed(browser, press(browser, f"{page}/publish"))
    issue = find_issue(campaign.id)
    assert "The email is on the site." in told
    assert f"http://localhost{path_of(issue)}" in told
    assert find_newest_act(ArchiveAct.ISSUE_PUBLISHED, campaign.id) is not None


def test_one_press_takes_it_back_and_one_puts_it_back(browser: FlaskClient) -> None:
    issue = make_issue(make_list())
    page = f"/console/campaigns/{issue.campaign_id}"
    told = followed(browser, post(browser, f"{page}/take-off-site"))
    assert "The email is off the site." in told
    assert find_newest_act(ArchiveAct.ISSUE_WITHDRAWN, issue.campaign_id) is not None
    assert browser.get(path_of(issue)).status_code == 410
    assert "Put it back on the site" in told
    told = followed(browser, post(browser, f"{page}/publish"))
    assert "The email is on the site." in told
    assert browser.get(path_of(issue)).status_code == 200


def test_to_take_back_what_is_not_there_says_so(browser: FlaskClient) -> None:
    campaign = make_sent(make_list())
    told = followed(browser, post(browser, f"/console/campaigns/{campaign.id}/take-off-site"))
    assert "The email was not on the site." in told


def test_looking_at_the_question_publishes_nothing(browser: FlaskClient) -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    browser.get(f"/console/campaigns/{campaign.id}/publish")
    assert count_issues(mailing_list.id) == 0


def test_a_draft_is_told_that_it_must_be_sent_first(browser: FlaskClient) -> None:
    campaign = make_campaign(make_list())
    answer = browser.get(f"/console/campaigns/{campaign.id}/publish")
    assert "Only a campaign that was sent to the end" in followed(browser, answer)


def test_a_personal_link_is_explained_and_has_no_button(browser: FlaskClient) -> None:
    campaign = make_sent(make_list(), body="[Gérer mes listes](http://localhost/leave/abc.def)")
    page = f"/console/campaigns/{campaign.id}/publish"
    assert "belongs to one person" in browser.get(page).text
    assert 'type="submit">Put it on the site' not in browser.get(page).text
    assert post(browser, page).status_code == 422
    assert find_issue(campaign.id) is None


def test_the_console_asks_after_a_sending_if_the_list_says_so(browser: FlaskClient) -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    page = f"/console/campaigns/{campaign.id}"
    assert ASKS not in browser.get(page).text
    ask_to_publish(mailing_list.id, asks=True)
    assert ASKS in browser.get(page).text
    publish_issue(campaign.id, by_id=None)
    withdraw_issue(campaign.id)
    assert ASKS not in browser.get(page).text


@pytest.mark.parametrize(
    ("field", "value", "attribute"),
    [("ask", "yes", "asks_to_publish"), ("index", "no", "is_indexed")],
)
def test_an_owner_sets_up_the_archive_of_a_list(
    browser: FlaskClient, field: str, value: str, attribute: str
) -> None:
    list_id = make_list().id
    page = f"/console/lists/{list_id}/archive"
    assert "Changed." in followed(browser, post(browser, page, **{field: value}))
    assert getattr(get_list(list_id), attribute) is (value == "yes")
    assert find_newest_act(ArchiveAct.LIST_ARCHIVE_CHANGED, list_id) is not None
    assert "Nothing was changed." in followed(browser, post(browser, page, **{field: value}))


def test_the_page_of_a_list_counts_its_issues_and_links_to_them(browser: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}?tab=sending"
    assert "No email of this list is on the site." in browser.get(page).text
    make_issue(mailing_list)
    html = browser.get(page).text
    assert "Everybody can read 1 email of this list:" in html
    assert 'href="http://localhost/fr/archive/national"' in html


def test_a_closed_list_says_that_its_issues_are_not_shown(browser: FlaskClient) -> None:
    mailing_list = make_list()
    issue = make_issue(mailing_list)
    close_list(mailing_list.id)
    html = browser.get(f"/console/campaigns/{issue.campaign_id}").text
    assert "its archive is not shown" in html
    assert "Take it off the site" in html
