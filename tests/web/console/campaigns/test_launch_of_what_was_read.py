"""A launch sends only the message that was shown."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_ready, record_test
from tests.factories.campaigns import ledger, reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import followed
from tests.web.public.pages import hidden_values, inputs_of


@pytest.fixture
def campaign(organiser_client: FlaskClient) -> Campaign:
    """Return a draft to a list with two people."""
    mailing_list = make_list()
    for address in ("anna@example.org", "boris@example.org"):
        make_subscriber(address, mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "Bonjour.")
    make_ready(draft.id)
    return draft


def rewrite(campaign: Campaign, **changes: Any) -> None:
    """Change a draft as a colleague."""
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id,
        language=campaign.language,
        subject=campaign.subject,
        body=campaign.body,
    )
    camille = make_organiser("camille@parti.example")
    edited = edit_campaign(campaign.id, replace(draft, **changes), author_id=camille.id)
    assert isinstance(edited, Campaign)


def test_a_text_that_changed_after_it_was_read_is_not_launched(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    read = hidden_values(organiser_client.get(f"{page}/decision").text)
    rewrite(campaign, body="Contenu remplacé après relecture.")
    response = organiser_client.post(f"{page}/launch", data={**read, "recipients": "2"})
    assert response.status_code == 409
    assert "camille@parti.example" in response.text
    assert "Rien n’a été envoyé" in response.text
    assert (reload(campaign.id).status, ledger(campaign.id)) == ("draft", {})


@pytest.mark.parametrize("what", ["subject", "language", "mailing_list_id"])
def test_whatever_else_decides_what_leaves_is_read_again_too(
    organiser_client: FlaskClient, campaign: Campaign, page: str, what: str
) -> None:
    other = make_list("lyon", "Lyon")
    for address in ("chloe@example.org", "david@example.org"):
        make_subscriber(address, other)
    read = hidden_values(organiser_client.get(f"{page}/decision").text)
    values = {"subject": "Autre objet", "language": "en", "mailing_list_id": other.id}
    rewrite(campaign, **{what: values[what]})
    response = organiser_client.post(f"{page}/launch", data={**read, "recipients": "2"})
    assert response.status_code == 409
    assert reload(campaign.id).status == "draft"


def test_the_text_that_is_shown_again_can_be_launched(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    read = hidden_values(organiser_client.get(f"{page}/decision").text)
    rewrite(campaign, body="Autre texte.")
    record_test(campaign.id)
    fresh = organiser_client.post(f"{page}/launch", data={**read, "recipients": "2"}).text
    assert inputs_of(fresh)["recipients"]["value"] == ""
    organiser_client.post(f"{page}/launch", data={**hidden_values(fresh), "recipients": "2"})
    assert reload(campaign.id).status == "running"


def test_the_launch_page_shows_the_message_itself(organiser_client: FlaskClient, page: str) -> None:
    assert f'src="{page}/preview.html"' in organiser_client.get(f"{page}/decision").text


def test_a_double_press_tells_that_it_is_launched(organiser_client: FlaskClient, page: str) -> None:
    fields = {**hidden_values(organiser_client.get(f"{page}/decision").text), "recipients": "2"}
    organiser_client.post(f"{page}/launch", data=fields)
    again = organiser_client.post(f"{page}/launch", data=fields)
    html = followed(organiser_client, again)
    assert ("message-good" in html, "message-bad" in html) == (True, False)
