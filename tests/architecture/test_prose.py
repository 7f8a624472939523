"""The rules of prose that a machine can check: docstrings, comments, help, texts on screen."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask

from tests.architecture.syntax_trees import ROOT, modules, name, nodes, text_of
from tests.architecture.test_house_rules import refuse

FRENCH = ROOT / "supporters/translations/fr/LC_MESSAGES/messages.po"
SENTENCES = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*[-*] )")
PRONOUN = re.compile(r"(who|whoever|whom|what|whatever)\b", re.IGNORECASE)
RELATIVE = re.compile(rf"[\s\"“(*_-]*{PRONOUN.pattern}", re.IGNORECASE)
WHAT_TO_DO = "Begin the sentence with a noun: “People who …”, “The text that …” (CONTRIBUTING)."


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of a text, each on one line."""
    for sentence in SENTENCES.split(text.strip()):
        yield " ".join(sentence.split())


def is_fault(sentence: str) -> bool:
    """Return whether a sentence begins with a relative pronoun as its subject."""
    return bool(RELATIVE.match(sentence)) and not sentence.rstrip('"”»)').endswith("?")


def find_faults(text: str) -> list[str]:
    return [each[:80] for each in sentences_of(text) if is_fault(each)]


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of a module, if any sentence of it could have the fault."""
    if not PRONOUN.search(text_of(path)):
        return
    for node in nodes(path, ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        if text := ast.get_docstring(node):
            yield node.body[0].lineno, text


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments of a module. Lines of comments that follow each other are one comment.

    Modules that have no such pronoun in a comment are passed over: to read tokens takes long.
    """
    if not any("#" in line and PRONOUN.search(line) for line in text_of(path).splitlines()):
        return
    first, last, lines = 0, 0, list[str]()
    for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline):
        if token.type != tokenize.COMMENT:
            continue
        row, column = token.start
        if lines and (row != last + 1 or token.line[:column].strip()):
            yield first, " ".join(lines)
            lines = []
        first, last = (first if lines else row), row
        lines.append(token.string.lstrip("#: "))
    if lines:
        yield first, " ".join(lines)


def helps(command: click.Command, words: str = "") -> Iterator[tuple[str, str]]:
    """Yield the help of a command, of its options, and of its commands."""
    yield words, command.help or ""
    for option in command.params:
        if isinstance(option, click.Option):
            yield f"{words} {option.opts[0]}", option.help or ""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from helps(each, f"{words} {each.name}".strip())


def prose_faults() -> Iterator[str]:
    """Yield the faults in docstrings and comments, with their places."""
    for path in modules("supporters", "tests", "benchmarks"):
        for line, text in (*docstrings(path), *comments(path)):
            for fault in find_faults(text):
                yield f"{name(path)}:{line}: {fault}"


def test_no_sentence_of_the_code_begins_with_a_relative_pronoun() -> None:
    refuse([*prose_faults()], WHAT_TO_DO)


def test_no_help_of_a_command_begins_with_a_relative_pronoun(app: Flask) -> None:
    refuse(
        [
            f"flask {words}: {fault}"
            for group in app.cli.commands.values()
            for words, text in helps(group, str(group.name))
            for fault in find_faults(text)
        ],
        WHAT_TO_DO,
    )


def test_no_text_on_screen_begins_with_a_relative_pronoun() -> None:
    with FRENCH.open("rb") as file:
        messages = [str(each.id) for each in read_po(file) if each.id]
    # A title such as “What we never do” is no sentence: it has no mark at its end.
    sentences = [each for text in messages for each in sentences_of(text) if each[-1:] in ".!"]
    faults = [each[:80] for each in sentences if is_fault(each)]
    refuse(faults, WHAT_TO_DO)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Who left gets no mail.", 1),
        ("Return it. Whoever reads this must know.", 1),
        ("What is left is erased.\n\n- what is kept", 2),
        ("Is the relay right? What does it log?", 0),
        ("People who left get no email. The data that is left is erased.", 0),
        ("Whole files are read.", 0),
    ],
)
def test_each_form_of_the_fault_is_found(text: str, count: int) -> None:
    assert len(find_faults(text)) == count
