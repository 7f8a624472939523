"""Every state of a campaign has its page, its badge, and a button for each move that it allows."""

from datetime import timedelta

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import (
    CAMPAIGN_STATES,
    CampaignMove,
    has_ledger,
    is_frozen,
    is_trashed,
    may_edit,
)
from supporters.database import db, transaction
from supporters.delivery.message.frozen_versions import freeze_version
from supporters.web.console.campaigns.campaign_pages import PAGES_OF_MOVES
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

MOVES_OF_THE_SENDING = {CampaignMove.FINISH, CampaignMove.REOPEN}
IN_GRACE = timedelta(minutes=1)


@pytest.fixture(params=[*CampaignStatus])
def campaign(request: pytest.FixtureRequest, app: Flask) -> Campaign:
    """Return a campaign in a state, with what a campaign has in it."""
    campaign = make_campaign(make_list())
    if is_frozen(request.param):
        with transaction():
            version = freeze_version(campaign, None)
            version.approved_at, version.approved_audience = clock.now(), 1
    values: dict[str, object] = {"status": request.param}
    if has_ledger(request.param):
        begins_at = clock.now() + IN_GRACE
        values |= {"audience": 1, "launched_at": clock.now(), "begins_at": begins_at}
    if request.param is CampaignStatus.SCHEDULED:
        values["send_at"] = clock.now()
    if is_trashed(request.param):
        values["trashed_at"] = clock.now()
    with transaction():
        db.session.execute(db.update(Campaign).values(**values))
    return db.session.get_one(Campaign, campaign.id)


def test_each_move_of_an_organiser_has_a_page() -> None:
    assert {*PAGES_OF_MOVES} == {*CampaignMove} - MOVES_OF_THE_SENDING


def test_each_move_that_a_state_allows_has_its_button(
    app: Flask, organiser_client: FlaskClient, campaign: Campaign
) -> None:
    html = organiser_client.get(f"/console/campaigns/{campaign.id}").text
    with app.test_request_context():
        missing = [
            move
            for move, endpoint in PAGES_OF_MOVES.items()
            if CAMPAIGN_STATES.allows(campaign.status, move)
            and f'"{url_for(endpoint, campaign_id=campaign.id)}"' not in html
        ]
    assert missing == []


def test_the_message_can_be_read_in_each_state(
    organiser_client: FlaskClient, campaign: Campaign
) -> None:
    html = organiser_client.get(f"/console/campaigns/{campaign.id}").text
    page = "decision" if may_edit(campaign.status) else "preview"
    assert f'"/console/campaigns/{campaign.id}/{page}"' in html


def test_the_table_shows_each_state_but_the_trash(
    organiser_client: FlaskClient, campaign: Campaign
) -> None:
    html = organiser_client.get("/console/campaigns").text
    assert (campaign.subject in html) is not is_trashed(campaign.status)
