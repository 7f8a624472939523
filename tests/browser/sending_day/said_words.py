"""The words of the program, in the language of somebody of the team."""

from babel.support import Translations

from tests.servers.processes import ROOT

CATALOGUES = ROOT / "supporters" / "translations"


def in_language(words: str | tuple[str, str], language: str) -> str:
    """Return words of the program in a language; one and many, of them the words of many."""
    if language == "en":
        return words if isinstance(words, str) else words[1]
    catalogue = Translations.load(CATALOGUES, [language])
    said = catalogue.gettext(words) if isinstance(words, str) else catalogue.ngettext(*words, 2)
    assert said not in words, f"{words!r} has no translation."
    return said
