"""A campaign in several languages: each text has its revision and its history, all one approval."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import find_newest_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.drafts import CampaignDraft, DraftError, edit_campaign
from supporters.campaigns.history.queries import (
    find_newest_text,
    list_removed_languages,
    list_saved_texts,
)
from supporters.campaigns.language_texts import add_language, edit_language, remove_language
from supporters.campaigns.models import Campaign, CampaignStatus, SavedText
from supporters.campaigns.other_languages.queries import (
    find_in_language,
    find_other_text,
    list_in_languages,
)
from supporters.campaigns.queries import find_campaign, get_campaign
from supporters.campaigns.text_restore import name_text, rescue_text, restore_text
from supporters.campaigns.trash import delete_for_ever, trash_draft
from supporters.database import db, transaction
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.lists.queries import get_list
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approved, make_approver
from tests.factories.campaigns import ANNA, reload
from tests.factories.drafts import make_campaign, rewrite, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def campaign(app: Flask) -> Campaign:
    """Return a draft in French and English to one person."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "La réunion est samedi.")
    write_in(draft, "en", "Saturday", "The meeting is on Saturday.")
    return draft


def input_of(campaign: Campaign, language: str, subject: str) -> CampaignDraft:
    """Return the input of somebody who writes a text."""
    return CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language=language, subject=subject, body="Yes."
    )


def subjects(campaign: Campaign) -> list[tuple[str, str]]:
    """Return the languages and subjects of a draft as it is stored."""
    return [(each.language, each.subject) for each in list_in_languages(reload(campaign.id))]


def fingerprint(campaign: Campaign) -> str:
    """Return the hash that a version of the draft would have."""
    stored = reload(campaign.id)
    return str(find_fingerprint(stored, get_list(stored.mailing_list_id)))


def test_draft_has_its_first_text_and_the_others(campaign: Campaign) -> None:
    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Saturday")]


def test_new_language_begins_empty_or_with_the_first_text(campaign: Campaign) -> None:
    add_language(campaign.id, "de")
    add_language(campaign.id, "it", is_copied=True)

    texts = {each.language: each for each in list_in_languages(reload(campaign.id))}

    assert (texts["de"].subject, texts["de"].body) == ("", "")
    assert (texts["it"].subject, texts["it"].body) == ("Samedi", "La réunion est samedi.")


def test_language_is_refused_that_the_draft_or_this_program_has(campaign: Campaign) -> None:
    assert add_language(campaign.id, "fr") is DraftError.LANGUAGE_TAKEN
    assert add_language(campaign.id, "en") is DraftError.LANGUAGE_TAKEN
    assert add_language(campaign.id, "tlh") is DraftError.UNKNOWN
    assert edit_campaign(campaign.id, input_of(campaign, "en", "S")) is DraftError.LANGUAGE_TAKEN


def test_same_text_saved_again_leaves_a_frozen_one_as_it_is(campaign: Campaign) -> None:
    make_approved(campaign.id, make_organiser(), make_approver())
    before = db.session.get_one(LanguageText, (campaign.id, "en"))
    revision, same = before.revision, input_of(campaign, "en", before.subject)
    edit_language(campaign.id, "en", replace(same, body=before.body))

    assert getattr(find_other_text(campaign.id, "en"), "revision", None) == revision
    assert reload(campaign.id).status is CampaignStatus.APPROVED


@pytest.mark.both_databases
def test_database_refuses_two_texts_in_one_language(campaign: Campaign) -> None:
    for order in (
        f"UPDATE campaign SET language = 'en' WHERE id = {campaign.id}",
        f"UPDATE campaign_text SET language = 'fr' WHERE campaign_id = {campaign.id}",
        f"UPDATE campaign_text SET first_language = 'it' WHERE campaign_id = {campaign.id}",
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(text(order))
        db.session.rollback()

    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Saturday")]


@pytest.mark.both_databases
def test_first_language_changes_and_the_others_stay(campaign: Campaign) -> None:
    edit_campaign(campaign.id, input_of(campaign, "de", "Samstag"))

    assert subjects(campaign) == [("de", "Samstag"), ("en", "Saturday")]


def test_two_people_write_in_two_languages_at_once(campaign: Campaign) -> None:
    first = edit_campaign(campaign.id, input_of(campaign, "fr", "Jeudi"), read_revision=1)
    draft = input_of(campaign, "en", "Thursday")
    other = edit_language(campaign.id, "en", draft, read_revision=2)
    late = edit_language(campaign.id, "en", input_of(campaign, "en", "No"), read_revision=2)

    assert isinstance(first, Campaign)
    assert isinstance(other, LanguageText)
    assert late is DraftError.CHANGED_MEANWHILE
    assert subjects(campaign) == [("fr", "Jeudi"), ("en", "Thursday")]


def test_each_language_has_its_history(campaign: Campaign) -> None:
    rewrite(campaign, "La réunion est jeudi.")

    histories = [
        [each.body for each in list_saved_texts(campaign.id, other)] for other in (None, "en")
    ]

    assert histories[0] == ["La réunion est jeudi.", "La réunion est samedi."]
    assert histories[1][0] == "The meeting is on Saturday."
    assert not {*histories[0]} & {*histories[1]}


def test_removed_language_comes_back_from_the_history(campaign: Campaign) -> None:
    remove_language(campaign.id, "en")
    removed, saved = list_removed_languages(campaign.id), find_newest_text(campaign.id, "en")
    assert saved is not None

    restored = restore_text(campaign.id, saved.number, by_id=None, read_revision=0)

    assert removed == ["en"]
    assert isinstance(restored, SavedText)
    assert list_removed_languages(campaign.id) == []
    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Saturday")]


def test_restoring_a_text_changes_its_own_language_alone(campaign: Campaign) -> None:
    old = find_newest_text(campaign.id, "en")
    assert old is not None
    revision = write_in(campaign, "en", "Thursday").revision

    restore_text(campaign.id, old.number, by_id=None, read_revision=revision)

    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Saturday")]


def rescue(campaign: Campaign, subject: str) -> SavedText:
    """Put words that only a browser had into the history of the English text."""
    words = input_of(campaign, "en", subject)
    rescued = rescue_text(campaign.id, words, other="en", by_id=None, written_at=clock.now())
    assert isinstance(rescued, SavedText), rescued
    return rescued


def test_words_of_a_browser_go_into_the_history_of_their_language(campaign: Campaign) -> None:
    rescued = [rescue(campaign, subject) for subject in ("Sunday", "Sunday")]
    named = name_text(campaign.id, None, "Before", other="en")

    assert isinstance(named, SavedText)
    assert named.subject == "Saturday"
    assert rescued[0] is rescued[1]
    assert [each.subject for each in list_saved_texts(campaign.id, "en")][:2] == [
        "Sunday",
        "Saturday",
    ]
    assert [each.subject for each in list_saved_texts(campaign.id)] == ["Samedi"]
    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Saturday")]


def test_words_of_a_browser_outlive_their_language(campaign: Campaign) -> None:
    last = write_in(campaign, "en", "Monday").revision
    number = rescue(campaign, "Sunday").number
    remove_language(campaign.id, "en")

    restore_text(campaign.id, number, by_id=None, read_revision=0)
    text = find_other_text(campaign.id, "en")

    assert subjects(campaign) == [("fr", "Samedi"), ("en", "Sunday")]
    assert text is not None
    assert text.revision == last + 1


def test_saved_text_of_a_language_that_is_the_first_one_now_stays_in_the_history(
    campaign: Campaign,
) -> None:
    saved = find_newest_text(campaign.id, "en")
    assert saved is not None
    remove_language(campaign.id, "en")
    edit_campaign(campaign.id, input_of(campaign, "en", "Saturday, first"))

    restored = restore_text(campaign.id, saved.number, by_id=None, read_revision=0)

    assert restored is DraftError.LANGUAGE_TAKEN


def test_faults_of_each_language_block_the_launch(campaign: Campaign) -> None:
    add_language(campaign.id, "de")

    assert find_campaign_faults(reload(campaign.id))


def test_each_change_of_a_text_changes_the_one_hash(campaign: Campaign) -> None:
    hashes = [fingerprint(campaign)]
    for change in (
        lambda: rewrite(campaign, "La réunion est jeudi."),
        lambda: write_in(campaign, "en", "Thursday"),
        lambda: write_in(campaign, "de", "Donnerstag", "Guten Tag."),
        lambda: remove_language(campaign.id, "en"),
    ):
        change()
        hashes.append(fingerprint(campaign))

    assert len({*hashes}) == len(hashes)


def test_each_change_of_a_language_voids_the_approval_of_all(campaign: Campaign) -> None:
    author, approver = make_organiser(), make_approver()
    statuses = []
    for change in (
        lambda: write_in(campaign, "en", "Thursday"),
        lambda: add_language(campaign.id, "de", is_copied=True),
        lambda: remove_language(campaign.id, "en"),
    ):
        make_approved(campaign.id, author, approver)
        change()
        statuses.append(reload(campaign.id).status)

    assert statuses == [CampaignStatus.DRAFT] * 3


@pytest.mark.both_databases
def test_nothing_leaves_if_a_language_vanished_from_the_tables_after_the_approval(
    campaign: Campaign,
) -> None:
    make_approved(campaign.id, make_organiser(), make_approver())
    db.session.execute(text(f"DELETE FROM campaign_text WHERE campaign_id = {campaign.id}"))
    db.session.commit()

    assert launch_campaign(campaign.id) is LaunchError.VERSION_ALTERED


def test_languages_are_recorded_with_their_acts(campaign: Campaign) -> None:
    with acting_as(Actor(ActorKind.COMMAND, name="ada")):
        remove_language(campaign.id, "en")
        add_language(campaign.id, "en")

    for act in (CampaignAct.LANGUAGE_ADDED, CampaignAct.LANGUAGE_REMOVED):
        recorded = find_newest_act(act, campaign.id)
        assert recorded is not None
        assert recorded.details == '{"language": "en"}'


def test_deleted_draft_takes_its_texts_along(campaign: Campaign) -> None:
    trash_draft(campaign.id, None)
    delete_for_ever(campaign.id)

    assert db.session.scalar(db.select(db.func.count()).select_from(LanguageText)) == 0


def test_draft_in_one_language_has_no_other(campaign: Campaign) -> None:
    assert find_in_language(campaign, "de") is None


def test_locked_campaign_has_the_texts_of_now(campaign: Campaign) -> None:
    """They are read once, and somebody else may have removed one since."""
    reload(campaign.id)
    with transaction():
        stored = get_campaign(campaign.id)
        before = [each.language for each in list_in_languages(stored)]
        db.session.execute(text(f"DELETE FROM campaign_text WHERE campaign_id = {stored.id}"))
        assert find_campaign(stored.id, for_update=True) is stored
        locked = [each.language for each in list_in_languages(stored)]
    assert (before, locked) == (["fr", "en"], ["fr"])
