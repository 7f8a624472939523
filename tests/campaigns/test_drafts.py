"""Drafts: stored with or without faults, changed and deleted until they are launched."""

import dataclasses

import pytest

from supporters.campaigns.drafts import CampaignDraft, DraftError, create_campaign, edit_campaign
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import get_campaign
from supporters.delivery.launch import LaunchError
from supporters.delivery.message.frozen_versions import read_campaign
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_approved, make_approver
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def a_draft(list_id: int, subject: str = "Des nouvelles", body: str = "Bonjour.") -> CampaignDraft:
    """Return the organiser's input."""
    return CampaignDraft(mailing_list_id=list_id, language="fr", subject=subject, body=body)


def launched() -> Campaign:
    """Return a running campaign."""
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    campaign = launch_ready(make_campaign(mailing_list).id)
    assert isinstance(campaign, Campaign)
    return campaign


def test_a_new_campaign_is_a_draft_for_the_purpose_of_its_list() -> None:
    mailing_list = make_list()
    campaign = make_campaign(mailing_list)
    assert (campaign.status, campaign.audience) == (CampaignStatus.DRAFT, None)
    assert campaign.purpose_id == mailing_list.purpose_id


def test_a_faulty_draft_is_stored_and_can_not_be_launched() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    campaign = create_campaign(a_draft(mailing_list.id, body="{{config}}"), author_id=None)
    assert get_campaign(campaign.id).body == "{{config}}"
    assert launch_ready(campaign.id) is LaunchError.CONTENT_FAULTY


@pytest.mark.both_databases
def test_a_draft_can_be_changed_and_moved_to_another_list() -> None:
    campaign, other = make_campaign(make_list()), make_list("lyon", "Lyon")
    edit_campaign(campaign.id, a_draft(other.id, subject="Autre sujet"))
    changed = get_campaign(campaign.id)
    assert (changed.subject, changed.mailing_list_id) == ("Autre sujet", other.id)
    assert changed.purpose_id == other.purpose_id


def test_a_faulty_change_is_stored_too() -> None:
    campaign = make_campaign(make_list(), subject="Avant")
    edit_campaign(campaign.id, a_draft(campaign.mailing_list_id, subject="Re: après"))
    assert get_campaign(campaign.id).subject == "Re: après"


def test_the_second_of_two_writers_writes_over_nothing() -> None:
    campaign = make_campaign(make_list())
    first, second = (a_draft(campaign.mailing_list_id, body=each) for each in ("Un.", "Deux."))
    edit_campaign(campaign.id, first, read_revision=1)
    refused = edit_campaign(campaign.id, second, read_revision=1)
    assert refused is DraftError.CHANGED_MEANWHILE
    assert (get_campaign(campaign.id).body, get_campaign(campaign.id).revision) == ("Un.", 2)


def test_the_same_text_saved_twice_is_no_conflict() -> None:
    campaign = make_campaign(make_list())
    draft = a_draft(campaign.mailing_list_id, body="Un.")
    for _press in range(2):
        assert isinstance(edit_campaign(campaign.id, draft, read_revision=1), Campaign)
    assert get_campaign(campaign.id).revision == 2


def test_a_launched_campaign_can_not_be_changed() -> None:
    campaign = launched()
    draft = a_draft(campaign.mailing_list_id, subject="Trop tard")
    assert edit_campaign(campaign.id, draft) is DraftError.NOT_A_DRAFT
    assert get_campaign(campaign.id).subject == "Des nouvelles"


def test_editing_a_campaign_that_is_gone_is_refused() -> None:
    assert edit_campaign(404, a_draft(make_list().id)) is DraftError.UNKNOWN


def test_a_subject_of_several_lines_becomes_one_line() -> None:
    draft = a_draft(make_list().id, subject=" Des\r\nBcc: x@evil.example\u2028nouvelles ")
    campaign = create_campaign(draft, author_id=None)
    assert campaign.subject == "Des Bcc: x@evil.example nouvelles"


def test_the_time_of_the_last_change_is_kept() -> None:
    campaign = make_campaign(make_list())
    before = campaign.updated_at
    draft = dataclasses.replace(a_draft(campaign.mailing_list_id), body="Autre.")
    edit_campaign(campaign.id, draft)
    assert get_campaign(campaign.id).updated_at > before


@pytest.mark.both_databases
def test_a_name_for_the_team_is_kept_and_stands_for_the_subject() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    named = dataclasses.replace(a_draft(mailing_list.id), internal_name=" Appel,\njanvier ")
    campaign = create_campaign(named, author_id=None)
    assert (campaign.internal_name, campaign.title) == ("Appel, janvier", "Appel, janvier")
    assert "janvier" not in read_campaign(campaign).serialise()
    edit_campaign(campaign.id, a_draft(mailing_list.id))
    assert get_campaign(campaign.id).title == "Des nouvelles"


def test_another_name_for_the_team_voids_no_approval() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    campaign = make_campaign(mailing_list, body="Bonjour.")
    version = make_approved(campaign.id, make_organiser(), make_approver())
    renamed = dataclasses.replace(a_draft(mailing_list.id), internal_name="Appel")
    edit_campaign(campaign.id, renamed)
    kept = get_campaign(campaign.id)
    assert (kept.status, kept.title) == (CampaignStatus.APPROVED, "Appel")
    assert read_campaign(kept).serialise() == version.content
    edit_campaign(campaign.id, dataclasses.replace(renamed, body="Bonsoir."))
    assert get_campaign(campaign.id).status is CampaignStatus.DRAFT
