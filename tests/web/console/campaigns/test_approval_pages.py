"""The pages of the approval: the request, the page of the second person, and the owners' rule."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign
from supporters.delivery.approval import ask_approval, reject_campaign
from supporters.delivery.engine.sending_engine import send_here
from tests.factories.accounts import sign_in
from tests.factories.approvals import allow_alone, make_approved, make_request, record_test
from tests.factories.campaigns import RecordingTransport, ledger, make_draft_to_two, reload
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import decide, followed, post
from tests.web.public.pages import hidden_values, press

RULE = "/console/settings/approval"


@made_once
def campaign(app: Flask) -> Campaign:
    """Return a draft to two people."""
    return make_draft_to_two()


@pytest.fixture
def approver_client(app: Flask, approver: Organiser) -> FlaskClient:
    """Return the browser of the second person."""
    return sign_in(app, approver)


def rewrite(campaign: Campaign, body: str) -> None:
    """Change the body of a campaign, as a colleague."""
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language="fr", subject="Samedi", body=body
    )
    edit_campaign(campaign.id, draft)


def test_a_campaign_goes_from_its_author_to_its_approver_and_leaves(
    organiser_client: FlaskClient, approver_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    tested = post(organiser_client, f"{page}/test")
    assert tested.location == f"{page}/decision"
    decide(organiser_client, page, "ask")
    assert reload(campaign.id).status == "awaiting_approval"
    decide(approver_client, page, "approval", recipients="2")
    decide(organiser_client, page, "launch", recipients="2")
    transport = RecordingTransport()
    send_here(transport)
    assert sorted(transport.recipients) == ["anna@example.org", "boris@example.org"]


def test_a_text_that_changed_between_reading_and_approving_is_not_approved(
    approver_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    make_request(campaign.id, author)
    read = hidden_values(approver_client.get(f"{page}/decision").text)
    rewrite(campaign, "Votez pour l’autre parti : https://evil.example")
    make_request(campaign.id, author)
    response = approver_client.post(f"{page}/approval", data={**read, "recipients": "2"})
    assert response.status_code == 409
    assert reload(campaign.id).status == "awaiting_approval"


def test_a_text_that_changed_between_reading_and_launching_does_not_leave(
    organiser_client: FlaskClient,
    campaign: Campaign,
    author: Organiser,
    approver: Organiser,
    page: str,
) -> None:
    make_approved(campaign.id, author, approver)
    read = hidden_values(organiser_client.get(f"{page}/decision").text)
    rewrite(campaign, "Votez pour l’autre parti : https://evil.example")
    organiser_client.post(f"{page}/launch", data={**read, "recipients": "2"})
    make_approved(campaign.id, author, approver)
    organiser_client.post(f"{page}/launch", data={**read, "recipients": "2"})
    assert (reload(campaign.id).status, ledger(campaign.id)) == ("approved", {})


def test_a_text_that_changed_between_reading_and_asking_is_not_frozen(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    read = hidden_values(organiser_client.get(f"{page}/decision").text)
    rewrite(campaign, "Un autre texte.")
    assert organiser_client.post(f"{page}/ask", data=read).status_code == 409
    assert reload(campaign.id).status == "draft"


def test_a_draft_leads_to_its_approval_instead_of_its_launch(
    organiser_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    for _state in ("draft", "awaiting_approval"):
        assert f'"{page}/launch"' not in organiser_client.get(f"{page}/decision").text
        led = post(organiser_client, f"{page}/launch", recipients="2")
        assert led.location == f"{page}/decision"
        ask_approval(campaign.id, author.id)
    assert ledger(campaign.id) == {}


def test_the_approver_sees_the_differences_from_what_they_refused(
    approver_client: FlaskClient,
    campaign: Campaign,
    author: Organiser,
    approver: Organiser,
    page: str,
) -> None:
    make_request(campaign.id, author)
    reject_campaign(campaign.id, approver.id, "Le jour est faux.")
    rewrite(campaign, "La réunion est lundi.")
    make_request(campaign.id, author)
    html = approver_client.get(f"{page}/decision").text
    assert "Le jour est faux." in html
    for tag, word in (("del", "jeudi."), ("ins", "lundi.")):
        marked = html.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        assert word in marked


def test_the_sheet_tells_who_gets_it_and_what_is_in_it(
    approver_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    rewrite(campaign, "[Le programme](http://parti.example) et [la carte](https://bit.ly/x)")
    make_request(campaign.id, author)
    html = approver_client.get(f"{page}/decision").text
    assert "http://parti.example" in html
    assert "https://bit.ly/x" in html
    assert html.count("status-warn") >= 3  # the state, and a doubt for each link
    assert f'src="{page}/preview.html"' in html


def test_the_message_is_shown_with_and_without_a_first_name(
    approver_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    rewrite(campaign, "Bonjour {{ given_name | toi }}.")
    make_request(campaign.id, author)
    assert "Bonjour toi." in approver_client.get(f"{page}/preview.html").text
    assert "Bonjour Camille." in approver_client.get(f"{page}/preview.html?name=yes").text
    assert "Bonjour Camille." in approver_client.get(f"{page}/decision?name=yes").text


def test_remarks_are_shown_to_the_author(
    organiser_client: FlaskClient,
    approver_client: FlaskClient,
    campaign: Campaign,
    author: Organiser,
    page: str,
) -> None:
    make_request(campaign.id, author)
    without = post(approver_client, f"{page}/reject", remarks="")
    assert without.status_code == 422
    fields = {**hidden_values(approver_client.get(f"{page}/decision").text)}
    approver_client.post(f"{page}/reject", data={**fields, "remarks": "Le jour est faux."})
    assert "Le jour est faux." in organiser_client.get(page).text


@pytest.mark.parametrize("who", ["organiser_client", "officer_client"])
def test_an_account_without_the_right_reads_and_can_not_approve(
    request: pytest.FixtureRequest,
    owner_client: FlaskClient,
    campaign: Campaign,
    page: str,
    who: str,
) -> None:
    owner = find_organiser_by_email("owner@parti.example")
    assert owner is not None
    make_request(campaign.id, owner)
    client: FlaskClient = request.getfixturevalue(who)
    html = client.get(f"{page}/decision").text
    assert ("La réunion est jeudi." in html, 'name="recipients"' in html) == (True, False)
    answer = post(client, f"{page}/approval", recipients="2")
    assert "message-bad" in followed(client, answer)
    assert reload(campaign.id).status == "awaiting_approval"


def test_editing_a_frozen_message_says_what_it_costs(
    organiser_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    before = organiser_client.get(f"{page}/edit").text.count("message-warn")
    make_request(campaign.id, author)
    assert organiser_client.get(f"{page}/edit").text.count("message-warn") == before + 1


def test_a_request_is_taken_back(
    organiser_client: FlaskClient, campaign: Campaign, author: Organiser, page: str
) -> None:
    make_request(campaign.id, author)
    post(organiser_client, f"{page}/withdraw")
    assert reload(campaign.id).status == "draft"


def test_the_dashboard_names_what_waits_for_whom(
    organiser_client: FlaskClient,
    approver_client: FlaskClient,
    owner_client: FlaskClient,
    campaign: Campaign,
    author: Organiser,
    page: str,
) -> None:
    make_request(campaign.id, author)
    assert f'href="{page}/decision"' in approver_client.get("/console/").text
    assert f'href="{page}"' in organiser_client.get("/console/").text
    assert page not in owner_client.get("/console/").text


def test_one_person_is_told_that_nobody_else_read_it(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    allow_alone(2)
    record_test(campaign.id)
    assert "message-warn" in organiser_client.get(f"{page}/decision").text
    decide(organiser_client, page, "launch", recipients="2")
    assert reload(campaign.id).status == "running"


def test_owners_set_how_many_people_one_person_may_write_to(owner_client: FlaskClient) -> None:
    press(owner_client, RULE, people="50")
    assert find_alone_limit().people == 50
    for typed in ("-1", "", "viele", "1000000"):
        assert press(owner_client, RULE, people=typed).status_code == 422
    assert find_alone_limit().people == 50
