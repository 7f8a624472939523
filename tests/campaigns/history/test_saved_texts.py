"""Each saved text stays in the history, and a year of writing doesn't fill the database."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.drafts import edit_campaign
from supporters.campaigns.history.queries import list_saved_texts
from supporters.campaigns.history.rules import MOST_UNNAMED
from supporters.campaigns.history.saved_texts import purge_saved_texts
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.text_restore import name_text, rescue_text, restore_text
from supporters.database import db, transaction
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import launch_ready, make_request
from tests.factories.drafts import as_typed, make_campaign, rewrite
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once

MINUTES = timedelta(minutes=1)
LONG = "Un paragraphe de la lettre. " * 20


@made_once
def draft(app: Flask) -> Campaign:
    """Return a draft that nobody's account wrote, to one person."""
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    return make_campaign(mailing_list, body="Un.")


@pytest.fixture
def camille(app: Flask) -> Organiser:
    """Return the account that writes."""
    return make_organiser()


def bodies(draft: Campaign) -> list[str]:
    """Return the kept messages, newest first."""
    return [each.body for each in list_saved_texts(draft.id)]


@pytest.mark.both_databases
def test_the_saves_of_ten_minutes_are_one_text(draft: Campaign, camille: Organiser) -> None:
    now = clock.now()
    for minutes, body in ((0, "Deux."), (5, "Trois."), (9, "Quatre."), (11, "Cinq.")):
        with time_machine.travel(now + minutes * MINUTES, tick=False):
            rewrite(draft, body, camille)
    assert bodies(draft) == ["Cinq.", "Quatre.", "Un."]


def test_another_account_never_overwrites_the_text_of_the_first(
    draft: Campaign, camille: Organiser
) -> None:
    paul = make_owner()
    rewrite(draft, "De Camille.", camille)
    rewrite(draft, "De Paul.", paul)
    rewrite(draft, "Encore de Camille.", camille)
    assert bodies(draft) == ["Encore de Camille.", "De Paul.", "De Camille.", "Un."]


def test_a_save_that_deletes_much_keeps_the_text_before_it(
    draft: Campaign, camille: Organiser
) -> None:
    rewrite(draft, LONG, camille)
    rewrite(draft, "Oups.", camille)
    assert bodies(draft) == ["Oups.", LONG, "Un."]


def test_named_and_frozen_texts_are_not_overwritten(draft: Campaign, camille: Organiser) -> None:
    rewrite(draft, "Avec un nom.", camille)
    name_text(draft.id, None, "Avant les changements de Paul")
    rewrite(draft, "Pour relecture.", camille)
    make_request(draft.id, camille)
    rewrite(draft, "Changé.", camille)
    assert bodies(draft) == ["Changé.", "Pour relecture.", "Avec un nom.", "Un."]
    assert [each.version for each in list_saved_texts(draft.id)] == [None, 1, None, None]


def test_saving_the_same_text_again_or_another_list_adds_nothing(
    draft: Campaign, camille: Organiser
) -> None:
    rewrite(draft, "Un.", camille)
    other = replace(as_typed(draft, "Un."), mailing_list_id=make_list("lyon", "Lyon").id)
    edit_campaign(draft.id, other)
    (only,) = list_saved_texts(draft.id)
    assert (only.number, only.revision) == (1, 3)


@pytest.mark.both_databases
def test_only_the_newest_texts_without_a_name_stay(draft: Campaign) -> None:
    name_text(draft.id, 1, "Le premier jet")
    for number in range(2, MOST_UNNAMED + 4):
        rewrite(draft, f"Texte {number}.")
    kept = [each.number for each in list_saved_texts(draft.id)]
    assert kept == [*range(MOST_UNNAMED + 3, 3, -1), 1]


def test_a_text_of_an_earlier_program_is_kept_before_it_changes(draft: Campaign) -> None:
    with transaction():
        db.session.execute(db.delete(SavedText))
    rewrite(draft, "Deux.")
    assert bodies(draft) == ["Deux.", "Un."]


@pytest.mark.both_databases
def test_some_time_after_the_launch_only_named_and_frozen_texts_stay(draft: Campaign) -> None:
    rewrite(draft, "Avec un nom.")
    name_text(draft.id, None, "À garder")
    rewrite(draft, "Oublié.")
    rewrite(draft, "Envoyé.")
    launch_ready(draft.id)
    assert purge_saved_texts(clock.now() - MINUTES) == 0
    assert purge_saved_texts(clock.now() + MINUTES) == 2
    assert bodies(draft) == ["Envoyé.", "Avec un nom."]


@pytest.mark.both_databases
def test_words_of_a_browser_stand_beside_the_text_and_no_save_overwrites_them(
    draft: Campaign, camille: Organiser
) -> None:
    rewrite(draft, "Deux.", camille)
    words, now = as_typed(draft, "Gardé."), clock.now()
    for _press in range(2):
        rescued = rescue_text(draft.id, words, by_id=camille.id, written_at=now - 9 * MINUTES)
        assert isinstance(rescued, SavedText)
        assert (rescued.number, rescued.begun_at) == (3, now - 9 * MINUTES)
    rewrite(draft, "Trois.", camille)
    assert bodies(draft) == ["Trois.", "Gardé.", "Deux.", "Un."]
    later = rescue_text(draft.id, as_typed(draft, "Demain."), by_id=None, written_at=now + MINUTES)
    assert isinstance(later, SavedText)
    assert later.begun_at == later.saved_at


@pytest.mark.both_databases
def test_words_of_a_browser_are_never_the_text_of_the_campaign(
    draft: Campaign, camille: Organiser
) -> None:
    rescue_text(draft.id, as_typed(draft, "Gardé."), by_id=camille.id, written_at=clock.now())
    named = name_text(draft.id, None, "Avant")
    assert isinstance(named, SavedText)
    assert named.body == "Un."
    restore_text(draft.id, 2, by_id=camille.id, read_revision=1)
    assert [*bodies(draft)] == ["Gardé.", "Gardé.", "Un."]
