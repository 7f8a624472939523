"""The settings for languages: which ones the public gets, and the party's name in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from supporters.languages import LANGUAGES, TEAM_LANGUAGES
from supporters.settings.variables import VariableReader


@dataclass(frozen=True)
class LanguageSettings:
    """The codes of the offered languages, the default first, and “of the party” in some of them."""

    offered: tuple[str, ...] = tuple(TEAM_LANGUAGES)
    of_party: Mapping[str, str] = field(default_factory=dict)


def read_languages(reader: VariableReader) -> LanguageSettings:
    """Return the settings. An unknown language is a fault."""
    asked = reader.text("LANGUAGES", ",".join(TEAM_LANGUAGES)).lower().replace(",", " ").split()
    unknown = [code for code in asked if code not in LANGUAGES]
    if unknown:
        reader.fault(
            "LANGUAGES",
            f"names {', '.join(unknown)}. Give some of: {', '.join(LANGUAGES)}; the first one is "
            "for visitors whose browser asks for none of them.",
        )
    known = dict.fromkeys(code for code in asked if code in LANGUAGES)
    given = {code: reader.text(f"PARTY_NAME_OF_{code.upper()}") for code in LANGUAGES}
    return LanguageSettings(
        offered=tuple(known) or tuple(TEAM_LANGUAGES),
        of_party={code: words for code, words in given.items() if words},
    )
