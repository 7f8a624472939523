"""The languages that the party offers to the public, of those that this program has (ADR 072).

The first one is the default. A text that a list has in no other language is shown in it.
"""

from collections.abc import Iterable

from supporters.extensions import current_settings
from supporters.languages import LANGUAGES


def public_languages() -> dict[str, str]:
    """Return the codes and names of the offered languages, the default first."""
    return {code: LANGUAGES[code] for code in current_settings().languages.offered}


def default_public_language() -> str:
    """Return the language of visitors whose browser asks for none of the offered ones."""
    return current_settings().languages.offered[0]


def is_offered_language(code: str) -> bool:
    """Tell whether the party offers a language."""
    return code in current_settings().languages.offered


def choose_text_language(asked: str, written: Iterable[str]) -> str | None:
    """Return the language of the text to show: the asked one, the default, or the first of ours."""
    found = {*written}
    preferred = (asked, *current_settings().languages.offered, *LANGUAGES)
    return next((code for code in preferred if code in found), None)
