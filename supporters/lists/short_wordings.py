"""The short wording of a list: a legend that all lists share, and the list's own box (ADR 067)."""

from collections.abc import Callable
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters.consent.rules import LONGEST_SENTENCE, split_wording
from supporters.extensions import current_settings
from supporters.lists.list_words import ListWords, list_words_of
from supporters.lists.models import MailingList
from supporters.lists.wording_changes import current_texts
from supporters.public_languages import public_languages


def short_wording(words: ListWords, language: str) -> str:
    """Return the wording: its legend names the party and says that the messages are political.

    A description that would make it too long for a consent is left out.
    """
    with force_locale(language):
        legend = gettext(
            "I want to receive the political messages of %(party)s by email:",
            party=current_settings().party_name,
        )
    alone = f"{legend}\n{words.name}"
    described = f"{alone} – {words.description}"
    return described if words.description and len(described) <= LONGEST_SENTENCE else alone


def short_wordings(words_in: Callable[[str], ListWords]) -> dict[str, str]:
    """Return the wording in each language, from the words of the list in it."""
    return {code: short_wording(words_in(code), code) for code in public_languages()}


def suggest_short_wordings(mailing_list: MailingList) -> dict[str, str]:
    """Return the short wordings with the present name and description of a list."""
    return short_wordings(lambda code: list_words_of(mailing_list, code))


class WordingAdvice(Enum):
    """The change that the short text would make to the current wordings of a list."""

    SHORTER = auto()
    OTHER_WORDS = auto()


def advise_on_wording(mailing_list: MailingList) -> WordingAdvice | None:
    """Return what the short text would change; None if the list has it, with its present words."""
    texts = current_texts(mailing_list.purpose_id)
    if any(not split_wording(text).legend for text in texts.values()):
        return WordingAdvice.SHORTER
    return None if texts == suggest_short_wordings(mailing_list) else WordingAdvice.OTHER_WORDS
