"""The phrases of mail servers, as phrases.toml has them: evidence of a class each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from supporters.bounce_classes.classes import BounceClass
from supporters.bounce_classes.plain_words import Phrases, plain

FILE = Path(__file__).with_name("phrases.toml")


@dataclass(frozen=True)
class PhraseGroup:
    """Phrases that are evidence of one class.

    Certain ones hold under a temporary code too; others need a code that says nothing else, or the
    one enhanced code that gives them their meaning.
    """

    bounce_class: BounceClass
    phrases: Phrases
    is_certain: bool
    needs_code: bool
    with_status: str | None

    def speaks_in(self, text: str, status: str | None) -> bool:
        """Tell whether a plain text has one of the phrases."""
        return self.with_status in {None, status} and self.phrases.are_in(text)


def find_group(words: str, status: str | None) -> PhraseGroup | None:
    """Return the first group that has a phrase in these words."""
    text = plain(words)
    return next((each for each in _read_groups() if each.speaks_in(text, status)), None)


@cache
def _read_groups() -> tuple[PhraseGroup, ...]:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        PhraseGroup(
            BounceClass(each["class"]),
            Phrases(each["says"]),
            each.get("is_certain", False),
            each.get("needs_code", False),
            each.get("with_status"),
        )
        for each in read["group"]
    )
