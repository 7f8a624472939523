"""The rules for a consent wording (REQ-3).

A wording is one sentence, or two lines: a legend, which several boxes of a page may share, and the
words of its own box (ADR 067). Both lines together are the text that a person agrees to.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

SHORTEST_SENTENCE = 40
LONGEST_SENTENCE = 500
MOST_LINES = 2
POLITICAL = "politi"  # politique, political, politisch, político, politico
ACUTE = "\N{COMBINING ACUTE ACCENT}"
ENDINGS = (".", "!", "?")
# Mail programs make links of all of these. A name without a path needs two letters before its last
# dot, so that “e.V.” and “p.ej.” are words.
WEB_ADDRESS = re.compile(
    r"://|\bwww\.|\S@\S|\w+\.[^\W\d_]{2,}/|[\w-]{2,}\.[^\W\d_]{2,}|\d+\.\d+\.\d+\.\d+"
)
OTHER_DOTS = str.maketrans("。｡", "..")


class WordingChange(StrEnum):
    """How an owner classifies a new text: the same meaning, or a material change (REQ-15)."""

    SAME_MEANING = "same"
    MATERIAL = "material"


class WordingFault(StrEnum):
    """A fault of a wording."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NO_PARTY = "no-party"
    NOT_POLITICAL = "not-political"
    SEVERAL_LINES = "several-lines"
    NO_END = "no-end"
    NO_COLON = "no-colon"
    WEB_ADDRESS = "web-address"


class WordingParts(NamedTuple):
    """The legend of a wording and the words of its box. One sentence has no legend."""

    legend: str
    box: str


def split_wording(text: str) -> WordingParts:
    """Return the two parts of a wording."""
    first, _, rest = text.partition("\n")
    return WordingParts(first, rest) if rest else WordingParts("", text)


def tidy_wording(text: str) -> str:
    """Return a typed wording without empty lines and without space around its lines."""
    return "\n".join(filter(None, map(str.strip, text.splitlines())))


def find_wording_faults(text: str, party_name: str) -> list[WordingFault]:
    """Return what must be corrected in a wording before anybody may consent to it."""
    legend = split_wording(text).legend
    statement = legend or text
    checks = (
        (len(text) < SHORTEST_SENTENCE, WordingFault.TOO_SHORT),
        (len(text) > LONGEST_SENTENCE, WordingFault.TOO_LONG),
        (len(text.splitlines()) > MOST_LINES, WordingFault.SEVERAL_LINES),
        (not names_party(statement, party_name), WordingFault.NO_PARTY),
        (not _says_political(statement, party_name), WordingFault.NOT_POLITICAL),
        (not legend and not text.endswith(ENDINGS), WordingFault.NO_END),
        (bool(legend) and not legend.endswith(":"), WordingFault.NO_COLON),
    )
    return [fault for is_wrong, fault in checks if is_wrong]


def names_party(text: str, party_name: str) -> bool:
    """Tell whether a wording names the party, with any kind of apostrophe."""
    return _plain(party_name) in _plain(text)


def has_web_address(text: str, party_name: str) -> bool:
    """Tell whether a wording has an address of a site or of a mailbox, beyond the party's name."""
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    seen = unicodedata.normalize("NFKC", seen).translate(OTHER_DOTS)
    without_party = _plain(seen).replace(_plain(party_name), "")
    return WEB_ADDRESS.search(without_party) is not None


def is_changed(now: Mapping[str, str], then: Mapping[str, str]) -> bool:
    """Tell whether wordings differ in any language from earlier ones."""
    return any(then.get(language) != text for language, text in now.items())


def _says_political(text: str, party_name: str) -> bool:
    """Tell whether a wording says that it is political, beyond the name of the party."""
    without_party = _plain(text).replace(_plain(party_name), "")
    return POLITICAL in unicodedata.normalize("NFD", without_party).replace(ACUTE, "")


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())
