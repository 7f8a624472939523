"""The pages of the trash: deleting can be undone, and deleting for ever asks first."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.trash import take_out_of_trash
from supporters.database import db
from tests.factories.accounts import csrf_token_on
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import post
from tests.web.public.pages import press


def write(_app: Flask) -> int:
    """Make a draft; return its id."""
    return make_campaign(make_list(), "Samedi, au marché").id


pytestmark = begins_with(write)

CAMPAIGNS, TRASH = "/console/campaigns", "/console/campaigns/trash"


@pytest.fixture
def place(organiser_client: FlaskClient, prepared: int) -> str:
    """Return the address of a draft that was deleted just now."""
    page = f"{CAMPAIGNS}/{prepared}"
    answer = post(organiser_client, f"{page}/delete")
    assert answer.location == f"{CAMPAIGNS}?trashed={prepared}"
    return page


def test_deleting_can_be_undone_on_the_next_page(
    organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    shown = f"{CAMPAIGNS}?trashed={prepared}"
    assert f'action="{place}/take-out"' in organiser_client.get(shown).text
    assert "Samedi" not in organiser_client.get(CAMPAIGNS).text
    assert post(organiser_client, f"{place}/take-out").location == place
    assert reload(prepared).status == "draft"
    assert f"{place}/take-out" not in organiser_client.get(shown).text
    acts = [each.act for each in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert acts[-2:] == [CampaignAct.TRASHED.value, CampaignAct.TAKEN_OUT.value]


def test_the_trash_says_who_deleted_what_and_until_when_it_stays(
    organiser_client: FlaskClient, place: str
) -> None:
    page = organiser_client.get(TRASH).text
    assert all(each in page for each in ("Samedi, au marché", "org@parti.example", place))


def test_a_link_to_a_draft_in_the_trash_offers_to_restore_it(
    organiser_client: FlaskClient, officer_client: FlaskClient, place: str
) -> None:
    assert organiser_client.get(f"{place}/edit").location == place
    assert f'action="{place}/take-out"' in organiser_client.get(place).text
    assert f'action="{place}/take-out"' not in officer_client.get(place).text
    assert organiser_client.get(f"{place}/preview").status_code == 200
    for page in ("history", "decision", "document"):
        assert organiser_client.get(f"{place}/{page}").status_code == 404


def test_deleting_for_ever_asks_first_and_happens_in_the_trash_only(
    organiser_client: FlaskClient, place: str, prepared: int
) -> None:
    question = f"{place}/delete-for-ever"
    token = {"csrf_token": csrf_token_on(organiser_client, question)}
    assert find_campaign(prepared) is not None
    take_out_of_trash(prepared)
    assert organiser_client.post(question, data=token).status_code == 404
    post(organiser_client, f"{place}/delete")
    assert press(organiser_client, question).location == TRASH
    assert organiser_client.get(place).status_code == 404
    assert "Samedi" not in organiser_client.get(TRASH).text
