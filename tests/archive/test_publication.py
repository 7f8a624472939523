"""A sent campaign goes on the site by an act of a person, keeps its address, and comes back off."""

from datetime import date

import pytest
from sqlalchemy import select

from supporters import clock
from supporters.archive.models import Issue
from supporters.archive.publication import PublishError, publish_issue, withdraw_issue
from supporters.archive.queries import count_issues, find_issue
from supporters.archive.rules import slug_of
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.database import db, transaction
from supporters.lists.mailing_lists import close_list
from tests.factories.campaigns import launch
from tests.factories.drafts import make_campaign
from tests.factories.issues import make_issue, make_sent
from tests.factories.lists import make_list
from tests.factories.rows import count_rows

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
BORIS = "boris@example.org"
DAY = date(2026, 12, 3)


def test_a_sent_campaign_is_not_on_the_site_until_somebody_puts_it_there() -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    assert find_issue(campaign.id) is None
    issue = publish_issue(campaign.id, by_id=None)
    assert isinstance(issue, Issue)
    assert (issue.title, issue.is_public) == ("Des nouvelles", True)
    assert count_issues(mailing_list.id) == 1


def test_a_second_press_changes_nothing() -> None:
    campaign = make_sent(make_list())
    for _ in range(2):
        assert isinstance(publish_issue(campaign.id, by_id=None), Issue)
    assert [withdraw_issue(campaign.id) for _ in range(2)] == [True, False]
    assert find_issue(campaign.id).is_public is False


def test_an_issue_that_comes_back_has_the_address_that_it_had() -> None:
    issue = make_issue(make_list())
    slug = issue.slug
    withdraw_issue(issue.campaign_id)
    assert find_issue(issue.campaign_id).is_public is False
    again = publish_issue(issue.campaign_id, by_id=None)
    assert isinstance(again, Issue)
    assert (again.slug, again.is_public) == (slug, True)


def test_two_issues_of_a_day_with_one_title_have_two_addresses() -> None:
    mailing_list = make_list()
    first = make_issue(mailing_list)
    second = make_issue(mailing_list, to=BORIS)
    assert second.slug == f"{first.slug}-{second.campaign_id}"


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("L’été arrive : à vos marques !", "lete-arrive-a-vos-marques"),
        ("ÉLECTIONS 2027", "elections-2027"),
        ("مرحبا", ""),
        ("mot " * 40, "mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot"),
    ],
)
def test_an_address_is_the_day_and_the_words_in_plain_letters(title: str, words: str) -> None:
    assert slug_of(title, DAY) == f"2026-12-03-{words}".strip("-")


def test_a_draft_or_a_campaign_that_is_being_sent_stays_off() -> None:
    mailing_list = make_list()
    make_sent(mailing_list)
    for campaign_id in (make_campaign(mailing_list).id, launch(mailing_list), 404):
        assert publish_issue(campaign_id, by_id=None) is PublishError.NOT_SENT
    assert count_issues(mailing_list.id) == 0


def test_a_list_that_is_closed_has_no_archive() -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    close_list(mailing_list.id)
    assert publish_issue(campaign.id, by_id=None) is PublishError.LIST_NOT_OPEN


def test_a_text_that_is_not_the_one_that_was_sent_stays_off() -> None:
    campaign = make_sent(make_list())
    with transaction():
        version = db.session.scalar(select(CampaignVersion))
        version.content = version.content.replace("Bonjour", "Bonsoir")
    assert publish_issue(campaign.id, by_id=None) is PublishError.ALTERED
    assert find_issue(campaign.id) is None


def test_a_deleted_campaign_takes_its_issue_with_it() -> None:
    issue = make_issue(make_list())
    with transaction():
        for table in ("delivery", "delivery_batch", "delivery_interval"):
            db.session.execute(db.text(f"DELETE FROM {table}"))
        db.session.execute(db.delete(Campaign).where(Campaign.id == issue.campaign_id))
    assert count_rows(Issue) == 0


def test_an_issue_says_when_it_was_sent_and_when_it_was_published() -> None:
    issue = make_issue(make_list())
    campaign = db.session.get_one(Campaign, issue.campaign_id)
    assert issue.sent_at == campaign.launched_at
    assert issue.sent_at <= issue.published_at <= clock.now()
