"""The documents can be read: short lines, decisions of one page, few words in all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.syntax_trees import ROOT, name
from tests.architecture.test_house_rules import refuse

LONGEST_LINE = 120
LONGEST_DECISION = 450
MOST_WORDS = 70_000
DECISIONS = ROOT / "docs" / "adr"
FILE = re.compile(r"`((?!build/)[\w/]+\.(?:py|html|md|json|po|conf))`")
FENCE = re.compile(r"\s*```[a-z]*")
LINK = re.compile(r"https?://\S+|\]\([^)]*\)")


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def count_words(path: Path) -> int:
    """Return the number of words: a mark of a list or a table is none."""
    return sum(any(map(str.isalnum, word)) for word in path.read_text("utf-8").split())


def find_long_lines(text: str) -> Iterator[int]:
    """Yield the numbers of long lines. Code and the targets of links don't count."""
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and len(LINK.sub("", line)) > LONGEST_LINE:
            yield number


def test_no_line_of_a_document_is_long() -> None:
    refuse(
        [
            f"{name(path)}:{number}"
            for path in documents()
            for number in find_long_lines(path.read_text("utf-8"))
        ],
        f"Wrap at {LONGEST_LINE} characters; make a list of a wide table.",
    )


def test_each_block_of_code_stands_on_lines_of_its_own() -> None:
    lines = [
        (f"{name(path)}:{number}", line)
        for path in documents()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "```" in line
    ]
    assert lines
    refuse(
        [where for where, line in lines if not FENCE.fullmatch(line)],
        "Commands that a wrap has joined can't be copied: write ``` alone on its line.",
    )


def test_each_decision_has_one_page() -> None:
    words = {path.name: count_words(path) for path in DECISIONS.glob("[0-9]*.md")}
    assert words
    refuse(
        [f"{each}: {count}" for each, count in words.items() if count > LONGEST_DECISION],
        f"Context, decision, price, in {LONGEST_DECISION} words. Laboratory figures stay in git.",
    )


def test_all_documents_together_can_be_read() -> None:
    assert sum(map(count_words, documents())) <= MOST_WORDS


def test_each_file_that_the_recipes_name_exists() -> None:
    named = FILE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert named
    folders = ("supporters", "tests", "templates", "static", "docs", "contrib")
    files = {f"/{name(path)}" for folder in folders for path in (ROOT / folder).rglob("*.*")}
    files |= {f"/{path.name}" for path in ROOT.glob("*.md")}
    faults = [each for each in named if not any(path.endswith(f"/{each}") for path in files)]
    refuse(faults, "A recipe names a file that is gone: name the one that took its place.")


def test_each_function_that_the_guide_to_the_code_names_exists() -> None:
    guide = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    code = "".join(each.read_text(encoding="utf-8") for each in (ROOT / "supporters").rglob("*.py"))
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", guide))
    assert named
    faults = sorted(each for each in named if not re.search(rf"\b{each}\b", code))
    refuse(faults, "The guide names what the code doesn't have.")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("word " * 24, []),
        ("word " * 25, [1]),
        ("| " + "word " * 30 + "|", [1]),
        ("```\n" + "x" * 121 + "\n```\n" + "x" * 121, [4]),
        (f"See [the rules]({'x' * 130}) and https://example.org/{'x' * 130}.", []),
    ],
)
def test_only_long_lines_outside_of_code_and_links_are_found(text: str, numbers: list[int]) -> None:
    assert [*find_long_lines(text)] == numbers
