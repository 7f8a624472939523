"""The short wording of a list: a legend that all lists share, and the list's own box (ADR 067)."""

from collections.abc import Callable
from enum import Enum, auto

from flask_babel import Domain, force_locale, gettext

from supporters.consent.models import Purpose
from supporters.consent.rules import LONGEST_SENTENCE, names_party, split_wording
from supporters.extensions import current_settings
from supporters.lists.models import ListWords, MailingList, list_words_of
from supporters.lists.purpose_changes import current_texts, suggest_wording
from supporters.lists.queries import find_list_of_purpose
from supporters.public_languages import public_languages


def short_wording(words: ListWords, language: str) -> str:
    """Return the wording: its legend names the party and says that the messages are political.

    A description that would make it too long for a consent is left out.
    """
    alone = f"{_legend(language)}\n{words.name}"
    described = f"{alone} – {words.description}"
    return described if words.description and len(described) <= LONGEST_SENTENCE else alone


def _legend(language: str) -> str:
    """Return the legend, with the party's article if its legal name stays whole behind it."""
    party_name = current_settings().party_name
    of_party = current_settings().languages.of_party.get(language, "")
    with force_locale(language):
        if names_party(of_party, party_name):
            text = "I want to receive political messages by email (%(of_party)s):"
            return str(Domain(domain="party").gettext(text, of_party=of_party))
        return str(
            gettext("I want to receive political messages by email (%(party)s):", party=party_name)
        )


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


def suggest_missing_texts(purpose: Purpose) -> dict[str, str]:
    """Return a text for each offered language without one. Nobody agrees to it before an owner."""
    mailing_list = find_list_of_purpose(purpose.id)
    found = current_texts(purpose.id)
    missing = [code for code in public_languages() if code not in found]
    if mailing_list is not None:
        suggested = suggest_short_wordings(mailing_list)
        return {code: suggested[code] for code in missing}
    return {code: suggest_wording(purpose.kind, code) for code in missing}
