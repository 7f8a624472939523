"""The name and the description of a list in the language of its reader."""

from typing import NamedTuple

from flask_babel import get_locale

from supporters.lists.models import MailingList


class ListWords(NamedTuple):
    """A name, a description, and the language that both are in."""

    name: str
    description: str
    language: str


def list_words_of(mailing_list: MailingList, language: str | None = None) -> ListWords:
    """Return the words of a list in a language; without one, in that of the page or email.

    A list without a text in the language has those that the team wrote first.
    """
    wanted = language or str(get_locale() or "")
    own, *others = list_all_words(mailing_list)
    return next((each for each in others if each.language == wanted != own.language), own)


def list_all_words(mailing_list: MailingList) -> list[ListWords]:
    """Return the words of a list in each language that has some, those of its own first."""
    return [
        ListWords(mailing_list.name, mailing_list.description, mailing_list.language),
        *(ListWords(each.name, each.description, each.language) for each in mailing_list.texts),
    ]


def list_name_of(mailing_list: MailingList, language: str | None = None) -> str:
    """Return the name of a list, as `list_words_of`."""
    return list_words_of(mailing_list, language).name
