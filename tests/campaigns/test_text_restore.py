"""A saved text comes back as a new revision; the text that it replaces is never lost."""

import pytest
from flask import Flask

from supporters.campaigns.drafts import DraftError
from supporters.campaigns.history.models import SavedText
from supporters.campaigns.history.queries import list_saved_texts
from supporters.campaigns.history.rules import MOST_NAMED
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.text_restore import name_text, restore_text
from supporters.lists.mailing_lists import close_list
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_request
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign, make_trashed, rewrite
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once

pytestmark = pytest.mark.either_database


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
