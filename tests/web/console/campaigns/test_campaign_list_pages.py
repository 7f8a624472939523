"""The table of campaigns: tabs by what is to be done, a search, pages, and only one's own lists."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from supporters.campaigns import queries
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import STATUSES_OF_GROUPS, CampaignGroup, has_ledger, is_trashed
from supporters.database import transaction, update_where
from tests.factories.approvals import make_ready
from tests.factories.drafts import make_campaign, rewrite
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

CAMPAIGNS = "/console/campaigns"
TAB = re.compile(r'href="[^"]*"\s*(aria-current="page")?>([^<]+) <span class="soft numeric">(\d+)<')
NAMED = re.compile(r'<a class="one-line"[^>]*>([^<]+)</a>')


def make_one_of_each() -> None:
    """Make a campaign of each status; its subject is the status."""
    mailing_list = make_list()
    for status in CampaignStatus:
        campaign = make_campaign(mailing_list, status.value)
        now = campaign.updated_at
        values = {
            "trashed_at": now if is_trashed(status) else None,
            "launched_at": now if has_ledger(status) else None,
            "send_at": now if status is CampaignStatus.SCHEDULED else None,
        }
        with transaction():
            update_where(Campaign, Campaign.id == campaign.id, status=status, **values)


def names(client: FlaskClient, query: str = "") -> list[str]:
    """Return the names of the campaigns that the page shows."""
    return NAMED.findall(client.get(f"{CAMPAIGNS}{query}").text)


def test_each_tab_has_its_campaigns_and_says_how_many(organiser_client: FlaskClient) -> None:
    make_one_of_each()
    for group in CampaignGroup:
        expected = {status.value for status in STATUSES_OF_GROUPS[group]}
        html = organiser_client.get(f"{CAMPAIGNS}?show={group.value}").text
        assert {*NAMED.findall(html)} == expected, group
        here = [int(count) for current, _, count in TAB.findall(html) if current]
        assert here == [len(expected)], group


def test_every_status_but_the_trash_has_a_tab_of_its_own() -> None:
    own = [
        status
        for group, statuses in STATUSES_OF_GROUPS.items()
        if group is not CampaignGroup.ALL
        for status in statuses
    ]
    assert sorted(own) == sorted({*CampaignStatus} - {CampaignStatus.TRASHED})


def test_an_unknown_tab_shows_all(organiser_client: FlaskClient) -> None:
    make_one_of_each()
    assert names(organiser_client, "?show=nonsense") == names(organiser_client)


def test_a_search_finds_subjects_and_names_and_stays_in_its_tab(
    organiser_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    make_campaign(mailing_list, "Le marché de samedi")
    named = make_campaign(mailing_list, "Bonjour")
    with transaction():
        named.internal_name = "Tract du marché"
    make_campaign(mailing_list, "100 %")
    assert names(organiser_client, "?q=marché") == ["Tract du marché", "Le marché de samedi"]
    assert names(organiser_client, "?q=%25") == ["100 %"]
    assert names(organiser_client, "?q=marché&show=ended") == []
    html = organiser_client.get(f"{CAMPAIGNS}?q=nowhere").text
    assert "nowhere" in html
    assert "Aucune campagne trouvée" in html


def test_what_was_changed_last_comes_first_with_its_author(organiser_client: FlaskClient) -> None:
    mailing_list = make_list()
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        first = make_campaign(mailing_list, "Premier")
        make_campaign(mailing_list, "Deuxième")
    rewrite(first, "Encore.")
    assert names(organiser_client) == ["Premier", "Deuxième"]


def test_campaigns_that_are_many_have_pages(
    organiser_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    mailing_list = make_list()
    for number in range(3):
        make_ready(make_campaign(mailing_list, f"Numéro {number}").id)
    assert names(organiser_client) == ["Numéro 2", "Numéro 1"]
    assert names(organiser_client, "?page=2") == ["Numéro 0"]
    assert "?page=2&amp;q=num" in organiser_client.get(f"{CAMPAIGNS}?q=num").text.replace(
        "show=all&amp;", ""
    )
