"""The page that asks, approves and launches: its sheet of facts, and the decision at its foot."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.links.link_checks import hash_of_link
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.campaigns.models import Campaign, CampaignTest
from supporters.database import db, transaction
from supporters.delivery.approval import approve_campaign, reject_campaign
from supporters.lists.queries import get_list
from tests.factories.accounts import sign_in
from tests.factories.approvals import (
    launch_ready,
    make_approved,
    make_ready,
    make_request,
    record_test,
)
from tests.factories.campaigns import make_draft_to_two, reload
from tests.factories.drafts import make_campaign, write_in
from tests.factories.sending_day.planned import plan
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import speak_english

NAMES = (
    *("Tests", "Recipients", "Legal basis", "From", "Answers to", "Subject", "Links", "Pictures"),
    *("Weight", "Sending window", "Electoral silence", "Other campaigns"),
)
FACT = '<li class="fact '
GOOD, DEAD, NEW = (f"https://example.org/{each}" for each in ("bien", "mort", "neuf"))


@made_once
def campaign(app: Flask) -> Campaign:
    """Return a draft to two people."""
    return make_draft_to_two()


@pytest.fixture
def client(app: Flask, author: Organiser) -> FlaskClient:
    """Return the browser of the author, who reads English."""
    browser = sign_in(app, author)
    speak_english(browser)
    return browser


def write(campaign: Campaign, body: str) -> None:
    """Change the body of a campaign."""
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language="fr", subject="Samedi", body=body
    )
    assert isinstance(edit_campaign(campaign.id, draft), Campaign)


def words_of(client: FlaskClient, page: str) -> str:
    """Return the words of the page on one line."""
    return " ".join(client.get(f"{page}/decision").text.split())


def fact(html: str, name: str) -> str:
    """Return the fact of this name, with the class that says its tone."""
    before, found, after = html.partition(f'<span class="soft">{name}</span>')
    assert found, name
    return before.rpartition(FACT)[2] + after.partition(FACT)[0]


def test_the_sheet_says_which_links_answered(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    write(campaign, f"[Un]({GOOD}) [deux]({DEAD}) [trois]({NEW})")
    with transaction():
        for url, outcome in ((GOOD, LinkOutcome.ANSWERED), (DEAD, LinkOutcome.GONE)):
            answer = {"asked_at": clock.now(), "outcome": outcome, "http_status": 404}
            db.session.add(AskedLink(url_hash=hash_of_link(url), **answer))
    links = fact(words_of(client, page), "Links")
    assert links.startswith("fact-bad")
    assert links.count('status-bad">Look at it') == 1
    assert "(404)" in links.partition("The other links: 2")[0]
    assert f'"{page}/edit"' in links


def test_links_that_nobody_asked_say_it_once(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    write(campaign, f"[Un]({GOOD}) [deux]({NEW})")
    links = fact(words_of(client, page), "Links")
    assert links.startswith("fact-quiet")
    assert links.count("Not asked: the operator switched this check off.") == 1


def test_the_sheet_names_the_last_and_the_next_campaign_to_the_list(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    calm = fact(words_of(client, page), "Other campaigns")
    assert ("this is the first one" in calm, "none is planned" in calm) == (True, True)
    last, following = (
        make_campaign(get_list(campaign.mailing_list_id), subject=each) for each in ("Un", "Deux")
    )
    launch_ready(last.id)
    make_ready(following.id)
    plan(following.id)
    full = words_of(client, page)
    for name, other in (
        ("Last campaign", last),
        ("Next campaign", following),
    ):
        assert fact(full, name).startswith("fact-warn")
        assert f'"/console/campaigns/{other.id}"' in fact(full, name)
    with transaction():
        reload(last.id).launched_at = clock.now() - timedelta(days=3)
    later = fact(words_of(client, page), "Other campaigns")
    assert ("3 days ago" in later, later.startswith("fact-good")) == (True, True)


def test_what_is_to_do_stands_first_and_open_and_what_is_well_is_a_line(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    write(campaign, f"[Un]({NEW})")
    facts = [FACT + each for each in words_of(client, page).split(FACT)[1:]]
    tones = [each.partition('"> ')[0].removeprefix(f"{FACT}fact-") for each in facts]
    assert tones[:2] == ["bad", "quiet"]  # the test that is missing, the link that nobody asked
    assert set(tones[2:]) == {"good"}
    html = "".join(facts)
    are_open = {each for each in NAMES if "<details open>" in fact(html, each)}
    are_folded = {each for each in NAMES if "<details>" in fact(html, each)}
    assert are_open == {"Tests", "Links"}
    assert are_folded >= {"Recipients", "Legal basis", "Weight", "Other campaigns"}


def test_a_fact_of_both_languages_is_said_once(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    write_in(campaign, "en", "Saturday")
    html = words_of(client, page)
    for name in ("Subject", "Links", "Pictures"):
        assert "in both languages" in fact(html, name), name
    assert html.count("Gmail shows 102 kB") == 1
    write_in(campaign, "en", "Saturday", f"[One]({NEW})")
    html = words_of(client, page)
    assert fact(html, "Links – Français").startswith("fact-good")
    assert fact(html, "Links – English").startswith("fact-quiet")


def test_the_sheet_has_a_spam_score_where_a_filter_gave_one(
    client: FlaskClient, campaign: Campaign, page: str
) -> None:
    record_test(campaign.id)
    assert "Spam score" not in words_of(client, page)
    for score, tone in ((0.2, "good"), (3.0, "warn"), (5.0, "bad")):
        with transaction():
            db.session.execute(db.update(CampaignTest).values(spam_tenths=round(score * 10)))
        found = fact(words_of(client, page), "Spam score")
        assert found.startswith(f"fact-{tone}"), score
        assert f"{score:g} of 5" in found


def test_people_who_came_after_the_approval_are_marked(
    client: FlaskClient, campaign: Campaign, author: Organiser, approver: Organiser, page: str
) -> None:
    make_approved(campaign.id, author, approver)
    assert "Approved for" not in fact(words_of(client, page), "Recipients")
    make_subscriber("chloe@example.org", get_list(campaign.mailing_list_id))
    recipients = fact(words_of(client, page), "Recipients")
    assert recipients.startswith("fact-warn")
    assert "Approved for 2 people." in recipients


def test_the_sheet_quotes_what_people_agreed_to(client: FlaskClient, page: str) -> None:
    assert "Je veux recevoir" in fact(words_of(client, page), "Legal basis")


def test_an_author_who_asks_again_sees_what_changed_since_they_asked(
    client: FlaskClient, campaign: Campaign, author: Organiser, approver: Organiser, page: str
) -> None:
    assert "<ins>" not in words_of(client, page)
    make_request(campaign.id, author)
    reject_campaign(campaign.id, approver.id, "Le jour est faux.")
    write(campaign, "La réunion est lundi.")
    html = words_of(client, page)
    assert "Le jour est faux." in html
    assert "lundi" in html.partition("<ins>")[2].partition("</ins>")[0]


def test_each_state_offers_its_decision_and_no_other(
    app: Flask,
    client: FlaskClient,
    officer_client: FlaskClient,
    campaign: Campaign,
    author: Organiser,
    approver: Organiser,
    page: str,
) -> None:
    seconds = sign_in(app, approver)

    def offered(browser: FlaskClient) -> set[str]:
        html = browser.get(f"{page}/decision").text
        moves = ("ask", "approval", "reject", "launch", "withdraw")
        return {each for each in moves if f'action="{page}/{each}"' in html}

    assert (offered(client), offered(officer_client)) == ({"ask"}, set())
    make_request(campaign.id, author)
    assert (offered(client), offered(officer_client)) == ({"withdraw"}, set())
    assert offered(seconds) == {"approval", "reject", "withdraw"}
    approve_campaign(campaign.id, approver.id)
    assert (offered(client), offered(officer_client)) == ({"launch", "withdraw"}, set())
    launch_ready(campaign.id)
    assert client.get(f"{page}/decision").location == page


def test_the_address_in_emails_of_before_leads_to_the_page(client: FlaskClient, page: str) -> None:
    assert client.get(f"{page}/approval").location == f"{page}/decision"


def test_the_dashboard_leads_to_the_launch_of_what_was_approved(
    organiser_client: FlaskClient, campaign: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(campaign.id, author, approver)
    to_do = organiser_client.get("/console/").text.partition('id="to-do"')[2]
    assert f'href="/console/campaigns/{campaign.id}/decision"' in to_do.partition("</section>")[0]
