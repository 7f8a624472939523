"""The documents can be read: short lines, decisions of one page, few words in all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.syntax_trees import ROOT
from tests.architecture.test_house_rules import refuse

LONGEST_LINE = 120
MOST_WORDS_OF_A_DECISION = 450
MOST_WORDS = 70_000
DECISIONS = ROOT / "docs" / "adr"
LINK = re.compile(r"https?://\S+|\]\([^)]*\)")


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def count_words(path: Path) -> int:
    return len(path.read_text("utf-8").split())


def find_long_lines(text: str) -> Iterator[int]:
    """Yield the numbers of long lines of prose, without code, tables and the targets of links."""
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and not line.startswith("|") and len(LINK.sub("", line)) > LONGEST_LINE:
            yield number


def test_no_line_of_a_document_is_long() -> None:
    refuse(
        [
            f"{path.relative_to(ROOT)}:{number}"
            for path in documents()
            for number in find_long_lines(path.read_text("utf-8"))
        ],
        f"Wrap prose at {LONGEST_LINE} characters: a change of a word is then a change of a line.",
    )


def test_each_decision_has_one_page() -> None:
    words = {path: count_words(path) for path in DECISIONS.glob("[0-9]*.md")}
    assert words
    refuse(
        [
            f"{path.name}: {count}"
            for path, count in words.items()
            if count > MOST_WORDS_OF_A_DECISION
        ],
        f"Context, decision, price, in {MOST_WORDS_OF_A_DECISION} words. Figures stay in git.",
    )


def test_all_documents_together_can_be_read() -> None:
    assert sum(map(count_words, documents())) <= MOST_WORDS


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("word " * 24, []),
        ("word " * 25, [1]),
        ("| " + "word " * 30 + "|", []),
        ("```\n" + "x" * 121 + "\n```\n" + "x" * 121, [4]),
        (f"See [the rules]({'x' * 130}) and https://example.org/{'x' * 130}.", []),
    ],
)
def test_only_long_lines_of_prose_are_found(text: str, numbers: list[int]) -> None:
    assert [*find_long_lines(text)] == numbers
