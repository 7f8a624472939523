"""Drafts: stored with or without faults, changed, deleted and brought back, until a launch."""

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, DraftError, create_campaign, edit_campaign
from supporters.campaigns.history.queries import list_saved_texts
from supporters.campaigns.history.rules import MOST_NAMED
from supporters.campaigns.models import Campaign, CampaignStatus, SavedText
from supporters.campaigns.queries import find_campaign, get_campaign, list_campaigns, list_trashed
from supporters.campaigns.text_restore import name_text, restore_text
from supporters.campaigns.trash import delete_for_ever, take_out_of_trash, trash_draft
from supporters.database import db, transaction
from supporters.delivery.launch import LaunchError
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.lists.mailing_lists import close_list
from supporters.retention.old_records import purge_drafts
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_approved, make_approver, make_request
from tests.factories.campaigns import launch_to_addresses, reload
from tests.factories.drafts import make_campaign, make_trashed, rewrite
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
DAY = timedelta(days=1)


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


@made_once
def draft(app: Flask) -> Campaign:
    """Return a draft whose second text is “Deux.”."""
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    made = make_campaign(mailing_list, body="Un **premier** texte.")
    rewrite(made, "Deux.")
    return made


def restore(draft: Campaign, number: int, revision: int) -> SavedText | DraftError:
    """Put a saved text back."""
    return restore_text(draft.id, number, by_id=None, read_revision=revision)


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


@pytest.mark.both_databases
def test_the_text_comes_back_with_its_blocks_and_can_be_undone(draft: Campaign) -> None:
    replaced = restore(draft, 1, revision=2)
    assert isinstance(replaced, SavedText)
    now = reload(draft.id)
    assert (now.body, now.revision, '"strong"' in (now.document or "")) == (
        *("Un **premier** texte.", 3),
        True,
    )
    restore(draft, replaced.number, revision=3)
    assert (reload(draft.id).body, reload(draft.id).revision) == ("Deux.", 4)
    assert [each.restored_number for each in list_saved_texts(draft.id)] == [2, 1, None, None]


@pytest.mark.both_databases
def test_of_two_who_restore_at_once_the_second_is_refused(app: Flask, draft: Campaign) -> None:
    draft_id = draft.id
    results = at_once(
        app, lambda: restore_text(draft_id, 1, by_id=None, read_revision=2) in [*DraftError]
    )
    assert sorted(results) == [False, True]
    assert restore(draft, 2, revision=2) is DraftError.CHANGED_MEANWHILE
    assert (reload(draft_id).body, reload(draft_id).revision) == ("Un **premier** texte.", 3)


def test_the_list_of_recipients_stays_even_if_it_was_closed(draft: Campaign) -> None:
    close_list(draft.mailing_list_id)
    assert isinstance(restore(draft, 1, revision=2), SavedText)
    assert reload(draft.id).mailing_list_id == draft.mailing_list_id


def test_restoring_voids_the_request_for_an_approval(draft: Campaign) -> None:
    make_request(draft.id, make_organiser())
    restore(draft, 1, revision=2)
    assert reload(draft.id).status is CampaignStatus.DRAFT


@pytest.mark.both_databases
def test_restoring_the_text_that_is_frozen_voids_nothing(draft: Campaign) -> None:
    make_request(draft.id, make_organiser())
    restore(draft, 2, revision=2)
    assert reload(draft.id).status is CampaignStatus.AWAITING_APPROVAL


def test_a_launched_or_deleted_campaign_takes_no_text(draft: Campaign) -> None:
    launch_ready(draft.id)
    assert restore(draft, 1, revision=2) is DraftError.NOT_A_DRAFT
    trashed = make_trashed(make_list("lyon", "Lyon"))
    assert restore(trashed, 1, revision=1) is DraftError.NOT_A_DRAFT
    assert restore(draft, 77, revision=2) is DraftError.UNKNOWN
    assert name_text(trashed.id, 1, "Nom") is DraftError.UNKNOWN


def test_names_are_bounded_and_can_be_taken_away(draft: Campaign) -> None:
    for number in range(MOST_NAMED):
        rewrite(draft, f"Texte {number}.")
        assert isinstance(name_text(draft.id, None, f"Nom {number}"), SavedText)
    assert name_text(draft.id, 1, "De trop") is DraftError.TOO_MANY_NAMES
    name_text(draft.id, 3, "")
    assert isinstance(name_text(draft.id, 1, "De la place"), SavedText)


def test_a_deleted_draft_is_in_the_trash_alone() -> None:
    mailing_list = make_list()
    trashed, draft = make_trashed(mailing_list), make_campaign(mailing_list)
    assert [each.id for each, _ in list_campaigns()] == [draft.id]
    assert [each.id for each, _ in list_trashed()] == [trashed.id]
    assert trash_draft(trashed.id, None) is trashed


def test_a_restored_draft_is_as_it_was(app: Flask) -> None:
    author = make_organiser()
    draft = make_campaign(make_list(), body="Un.")
    rewrite(draft, "Deux.", author)
    trash_draft(draft.id, author.id)
    assert (reload(draft.id).trashed_by, reload(draft.id).status) == (author.id, "trashed")
    for _twice in range(2):
        assert isinstance(take_out_of_trash(draft.id), Campaign)
    back = reload(draft.id)
    assert (back.status, back.body) == (CampaignStatus.DRAFT, "Deux.")
    assert (back.trashed_at, back.trashed_by) == (None, None)
    assert len(list_saved_texts(draft.id)) == 2


def test_nothing_in_the_trash_is_launched_and_nothing_launched_is_put_there() -> None:
    running = launch_to_addresses("boris@example.org")
    assert trash_draft(running, None) is DraftError.NOT_A_DRAFT
    trashed = make_trashed(make_list("lyon", "Lyon"))
    assert launch_ready(trashed.id) is LaunchError.NOT_A_DRAFT


def test_only_the_trash_is_emptied_for_ever() -> None:
    draft, trashed = make_campaign(make_list()), make_trashed(make_list("lyon", "Lyon"))
    assert delete_for_ever(draft.id) is DraftError.NOT_TRASHED
    assert delete_for_ever(trashed.id) is None
    assert delete_for_ever(trashed.id) is DraftError.UNKNOWN
    assert (find_campaign(trashed.id), [*list_saved_texts(trashed.id)]) == (None, [])
    assert find_campaign(draft.id) is not None


@pytest.mark.both_databases
def test_the_trash_is_emptied_after_thirty_days() -> None:
    trashed, draft = make_trashed(make_list()), make_campaign(make_list("lyon", "Lyon"))
    now = clock.now()
    assert purge_drafts(30, now + 29 * DAY).deleted == 0
    assert purge_drafts(30, now + 31 * DAY).deleted == 1
    assert (find_campaign(trashed.id), find_campaign(draft.id)) == (None, draft)


@pytest.mark.both_databases
def test_the_database_knows_when_each_draft_in_the_trash_was_put_there() -> None:
    make_campaign(make_list())
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE campaign SET status = 'trashed'"))
