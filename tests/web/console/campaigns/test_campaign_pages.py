"""Drafts: writing, correcting, changing and deleting; not after the launch."""

import html
import re

import pytest
from flask.testing import FlaskClient

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import list_campaigns
from supporters.mail.models import EmailKind
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import reload
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import emails, followed, post, speak_english, ticked_lists
from tests.web.public.pages import press

NEW = "/console/campaigns/new"
WRITTEN = {"language": "fr", "subject": "Samedi, au marché", "body": "Bonjour **à tous**."}


@pytest.fixture
def draft() -> dict[str, str]:
    """Return the form values of a draft for an existing list."""
    return {**WRITTEN, "mailing_list_id": str(make_list().id)}


def drafts() -> list[Campaign]:
    """Return the stored campaign."""
    return [campaign for campaign, _ in list_campaigns()]


def test_a_draft_is_kept(organiser_client: FlaskClient, draft: dict[str, str]) -> None:
    page = followed(organiser_client, press(organiser_client, NEW, **draft))
    assert [(each.subject, each.body, each.status) for each in drafts()] == [
        (draft["subject"], draft["body"], "draft")
    ]
    assert draft["subject"] in page


UNSTORABLE = [
    ("subject", "x" * 201),
    ("body", "x" * 100_001),
    ("mailing_list_id", "99"),
    ("mailing_list_id", "x"),
    ("language", "de"),
]
FAULTS = [
    ("subject", ""),
    ("subject", "   "),
    ("subject", "Re: votre question"),
    ("subject", "Bonjour {{ first_name }}"),
    ("subject", "Bonjour {{ given_name }}"),
    ("body", ""),
    ("body", "\n \n"),
    ("body", "\ue000"),
    ("body", "Bonjour {{ given_name }}"),
    ("body", "Bonjour {{ config }}"),
    ("body", "Bonjour {{ given_name | " + "x" * 90 + " }}"),
    ("body", "Bonjour {{ given_name | toi"),
    ("body", "[notre programme](www.parti.example)"),
    ("body", "[cliquez ici](https://parti.example)"),
    ("body", "![La salle](https://parti.example/a.png)"),
    ("body", "> " * 21 + "trop profond"),
]


def summary_of(page: str) -> list[str]:
    """Return the fields that the error summary links to."""
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    return re.findall(r'href="#(\w+)"', summary)


def test_what_can_not_be_stored_is_told_at_its_field_and_nothing_typed_is_lost(
    organiser_client: FlaskClient, draft: dict[str, str]
) -> None:
    for field, value in UNSTORABLE:
        response = press(organiser_client, NEW, **{**draft, field: value})
        assert response.status_code == 422
        assert summary_of(response.text) == [field]
        kept = html.unescape(response.text)
        assert all(draft[each] in kept for each in ("subject", "body") if each != field)
        assert drafts() == []


@pytest.mark.parametrize(("field", "value"), FAULTS)
def test_a_draft_with_a_fault_is_saved_and_the_fault_is_told_at_its_field(
    organiser_client: FlaskClient, draft: dict[str, str], field: str, value: str
) -> None:
    page = followed(organiser_client, press(organiser_client, NEW, **{**draft, field: value}))
    assert {*summary_of(page)} == {field}
    assert [getattr(each, field) for each in drafts()] == [value.strip()]


def test_a_draft_with_a_fault_can_be_neither_tested_nor_launched(
    organiser_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign = make_campaign(mailing_list, body="Bonjour {{ prenom }}")
    base = f"/console/campaigns/{campaign.id}"
    page = organiser_client.get(base).text
    assert (f"{base}/decision" in page, f"{base}/preview" in page) == (False, False)
    for send in (
        lambda: organiser_client.get(f"{base}/decision"),
        lambda: post(organiser_client, f"{base}/launch", recipients="1"),
        lambda: post(organiser_client, f"{base}/test"),
        lambda: organiser_client.get(f"{base}/preview"),
    ):
        assert send().location == f"{base}/edit"
    assert organiser_client.get(f"{base}/preview.html").status_code == 200  # beside its text
    assert (reload(campaign.id).status, emails(EmailKind.CAMPAIGN_TEST)) == ("draft", [])


def test_a_line_break_in_the_subject_of_a_page_without_script_becomes_a_space(
    organiser_client: FlaskClient, draft: dict[str, str]
) -> None:
    press(organiser_client, NEW, **{**draft, "subject": "Samedi,\r\nau marché"})
    assert [each.subject for each in drafts()] == ["Samedi, au marché"]


def test_a_draft_without_a_word_is_not_stored(
    organiser_client: FlaskClient, draft: dict[str, str]
) -> None:
    response = press(organiser_client, NEW, **{**draft, "subject": "", "body": " "})
    assert (response.status_code, drafts()) == (422, [])


def test_faults_of_both_fields_are_told_at_once(
    organiser_client: FlaskClient, draft: dict[str, str]
) -> None:
    faulty = {"subject": "Re: {{ x }}", "body": "{{ y }} [ici](https://parti.example)"}
    page = followed(organiser_client, press(organiser_client, NEW, **{**draft, **faulty}))
    assert summary_of(page) == ["subject", "subject", "body", "body"]


def test_the_form_begins_with_the_list_one_comes_from(organiser_client: FlaskClient) -> None:
    make_list()
    other = make_list("lyon", "Lyon")
    page = organiser_client.get(f"{NEW}?list={other.id}").text
    assert ticked_lists(page) == [str(other.id)]


def test_without_a_list_there_is_nobody_to_write_to(organiser_client: FlaskClient) -> None:
    assert organiser_client.get(NEW).location == "/console/lists"


def test_a_draft_is_changed(organiser_client: FlaskClient) -> None:
    campaign = make_campaign(make_list())
    changes = {"subject": "Dimanche", "body": "Autre chose.", "language": "en"}
    press(
        organiser_client,
        f"/console/campaigns/{campaign.id}/edit",
        mailing_list_id=str(campaign.mailing_list_id),
        **changes,
    )
    stored = reload(campaign.id)
    assert (stored.subject, stored.body, stored.language) == ("Dimanche", "Autre chose.", "en")


def test_a_draft_keeps_its_text_when_the_list_changes_and_may_choose_another(
    organiser_client: FlaskClient,
) -> None:
    speak_english(organiser_client)
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign, old_id = make_campaign(mailing_list), mailing_list.purpose_id
    new_id = change_meaning(mailing_list).id
    edit = f"/console/campaigns/{campaign.id}/edit"
    old, new = f"{mailing_list.id}-{old_id}", f"{mailing_list.id}-{new_id}"
    assert ticked_lists(organiser_client.get(edit).text) == [old]
    press(organiser_client, edit, **WRITTEN, mailing_list_id=old)
    assert reload(campaign.id).purpose_id == old_id
    press(organiser_client, edit, **WRITTEN, mailing_list_id=new)
    assert reload(campaign.id).purpose_id == new_id
    assert "1 person on these lists doesn’t get it" in organiser_client.get(edit).text


def test_a_form_of_before_the_change_does_not_move_a_draft_to_the_new_text(
    organiser_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    campaign, old_id = make_campaign(mailing_list), mailing_list.purpose_id
    change_meaning(mailing_list)
    edit = f"/console/campaigns/{campaign.id}/edit"
    response = press(organiser_client, edit, **WRITTEN, mailing_list_id=str(mailing_list.id))
    assert response.status_code == 422
    assert reload(campaign.id).purpose_id == old_id


def test_a_new_campaign_is_for_todays_text_unless_another_is_chosen(
    organiser_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    change_meaning(mailing_list)
    page = organiser_client.get(f"{NEW}?list={mailing_list.id}").text
    today = f"{mailing_list.id}-{mailing_list.purpose_id}"
    assert ticked_lists(page) == [today]
    press(organiser_client, NEW, **WRITTEN, mailing_list_id=today)
    assert [each.purpose_id for each in drafts()] == [mailing_list.purpose_id]


def test_the_launch_says_who_is_not_reached(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    speak_english(owner_client)
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    earlier = make_campaign(mailing_list)
    change_meaning(mailing_list)
    today = make_campaign(mailing_list)
    for draft in (earlier, today):
        make_ready(draft.id)
    page = owner_client.get(f"/console/campaigns/{today.id}/decision").text
    assert "1 person on" in page
    assert f"/console/consents/{mailing_list.purpose_id}" in page
    speak_english(organiser_client)
    page = organiser_client.get(f"/console/campaigns/{earlier.id}/decision").text
    assert "doesn’t get" not in page


def test_a_draft_is_deleted_by_a_form_only(organiser_client: FlaskClient) -> None:
    campaign = make_campaign(make_list())
    path = f"/console/campaigns/{campaign.id}/delete"
    assert path in organiser_client.get(f"/console/campaigns/{campaign.id}").text
    assert organiser_client.get(path).status_code == 405
    post(organiser_client, path)
    assert drafts() == []
    assert post(organiser_client, path).status_code == 404


def test_what_was_launched_is_neither_changed_nor_deleted(organiser_client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign = make_campaign(mailing_list, "Samedi")
    launch_ready(campaign.id)
    page = f"/console/campaigns/{campaign.id}"
    for send in (
        lambda: organiser_client.get(f"{page}/edit"),
        lambda: post(organiser_client, f"{page}/delete"),
    ):
        assert "message-bad" in followed(organiser_client, send())
    assert reload(campaign.id).subject == "Samedi"


def test_markup_is_shown_as_it_was_typed(organiser_client: FlaskClient) -> None:
    mailing_list = make_list("x", "<i>Liste</i>")
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    make_subscriber("anna@example.org", mailing_list, given_name=evil[:40])
    campaign = make_campaign(mailing_list, evil, evil)
    base = f"/console/campaigns/{campaign.id}"
    for page in (
        "/console/campaigns",
        base,
        *(f"{base}/{x}" for x in ("edit", "preview", "launch")),
    ):
        text = organiser_client.get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "<i>Liste" not in text, page
    mail = organiser_client.get(f"{base}/preview.html").text
    assert "<script" not in mail
    assert "<img src=x" not in mail
