"""A list has words in each language; without them, readers get those of its own language."""

import pytest
from flask_babel import force_locale

from supporters.database import db, transaction
from supporters.lists.list_words import ListWords, list_name_of, list_words_of
from supporters.lists.models import ListText, MailingList
from tests.factories.lists import make_list

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def translated() -> MailingList:
    """Return a French list with a name and a description in English."""
    mailing_list = make_list(name="La Lettre")
    with transaction():
        text = ListText(language="en", name="The Letter", description="Once a month.")
        db.session.merge(mailing_list).texts.append(text)
    return db.session.get_one(MailingList, mailing_list.id)


def test_a_reader_gets_the_words_in_their_language() -> None:
    mailing_list = translated()
    assert list_words_of(mailing_list, "en") == ListWords("The Letter", "Once a month.", "en")
    assert list_words_of(mailing_list, "fr") == ListWords("La Lettre", "Une fois par mois.", "fr")


def test_without_a_text_in_their_language_the_words_say_which_language_they_are_in() -> None:
    assert list_words_of(make_list(), "en").language == "fr"


def test_a_page_names_a_list_in_its_own_language() -> None:
    with force_locale("en"):
        assert list_name_of(translated()) == "The Letter"
