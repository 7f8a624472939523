"""A list is created with a wording in each language; a change adds a version."""

import dataclasses
import hashlib

import pytest
from flask import Flask

from supporters.consent.models import Purpose, Wording
from supporters.consent.queries import find_current_wording, list_wordings
from supporters.languages import TEAM_LANGUAGES
from supporters.lists.mailing_lists import (
    CreateListError,
    ListDraft,
    close_list,
    create_list,
    list_outdated_lists,
    open_list,
)
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug, list_open_lists
from supporters.lists.rules import is_slug
from tests.factories.lists import SENTENCES, make_list
from tests.factories.rows import count_rows

POLITICAL = {"fr": "politique", "en": "political"}

both_databases = pytest.mark.both_databases


def rename_party(app: Flask, name: str) -> None:
    """Change the name of the party in the settings."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], party_name=name)


def wording(mailing_list: MailingList, language: str) -> Wording:
    found = find_current_wording(mailing_list.purpose_id, language)
    assert found is not None
    return found


@both_databases
@pytest.mark.parametrize("language", TEAM_LANGUAGES)
def test_the_wording_names_the_party_and_the_list_and_says_political(
    app: Flask, language: str
) -> None:
    text = wording(make_list(name="La Lettre"), language).text
    assert app.extensions["settings"].party_name in text
    assert "La Lettre" in text
    assert POLITICAL[language] in text


@both_databases
def test_each_language_has_its_own_wording(app: Flask) -> None:
    mailing_list = make_list()
    texts = {wording(mailing_list, language).text for language in TEAM_LANGUAGES}
    assert len(texts) == len(TEAM_LANGUAGES)


@both_databases
def test_a_first_wording_is_version_1_with_the_hash_of_its_text(app: Flask) -> None:
    for each in list_wordings(make_list().purpose_id):
        assert each.version == 1
        assert each.text_hash == hashlib.sha256(each.text.encode()).hexdigest()


@both_databases
def test_each_list_has_its_own_purpose(app: Flask) -> None:
    assert make_list().purpose_id != make_list("lyon", "Lyon").purpose_id


@both_databases
def test_a_used_slug_is_rejected_and_nothing_is_written(app: Flask) -> None:
    make_list("national")
    draft = ListDraft(slug="national", name="Une autre", description="x")
    assert create_list(draft) is CreateListError.SLUG_TAKEN
    counts = [count_rows(model) for model in (MailingList, Purpose, Wording)]
    assert counts == [1, 1, len(TEAM_LANGUAGES)]


@both_databases
def test_a_new_name_of_the_party_changes_no_wording_and_is_reported(app: Flask) -> None:
    mailing_list = make_list()
    assert list_outdated_lists() == []
    rename_party(app, "Nouveau Parti")
    assert [each.id for each in list_outdated_lists()] == [mailing_list.id]
    assert len(list_wordings(mailing_list.purpose_id)) == len(TEAM_LANGUAGES)


@both_databases
def test_an_owner_may_write_the_wordings_of_a_new_list(app: Flask) -> None:
    draft = ListDraft(slug="nord", name="Nord", description="x", sentences=SENTENCES)
    created = create_list(draft)
    assert isinstance(created, MailingList)
    assert {code: wording(created, code).text for code in TEAM_LANGUAGES} == SENTENCES


@both_databases
def test_an_incomplete_wording_creates_no_list(app: Flask) -> None:
    sentences = {**SENTENCES, "en": "Yes."}
    draft = ListDraft(slug="nord", name="Nord", description="x", sentences=sentences)
    faults = create_list(draft)
    assert isinstance(faults, dict)
    assert [*faults] == ["en"]
    assert find_list_by_slug("nord") is None


@both_databases
def test_a_closed_list_is_hidden_until_it_opens_again(app: Flask) -> None:
    mailing_list = make_list()
    close_list(mailing_list.id)
    assert [*list_open_lists()] == []
    open_list(mailing_list.id)
    assert [each.id for each in list_open_lists()] == [mailing_list.id]
    found = find_list_by_slug("national")
    assert found is not None
    assert found.is_open


@pytest.mark.parametrize("slug", ["national", "lyon-3", "a", "2026"])
def test_plain_words_are_slugs(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "slug", ["", "Lyon", "île", "a b", "a_b", "-a", "a-", "a--b", "a/b", "../a", "a\n", "a.b"]
)
def test_other_texts_are_no_slugs(slug: str) -> None:
    assert not is_slug(slug)
