"""The help of all commands is complete at a width of 80 columns."""

from collections.abc import Iterator

import click
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

COLUMNS = 80
OF_LIBRARIES = {"db", "run", "shell", "routes"}


def groups_of(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        yield words
        for each in command.commands.values():
            yield from groups_of(each, *words, str(each.name))


def lines_of(app: Flask, *words: str) -> list[tuple[str, str]]:
    """Return the commands of a group, with their help on one line."""
    group: click.Command = app.cli
    for word in words:
        assert isinstance(group, click.Group)
        group = group.commands[word]
    assert isinstance(group, click.Group)
    shown = [(name, each) for name, each in group.commands.items() if not each.hidden]
    width = COLUMNS - 2 - 6 - max(len(name) for name, _ in shown)
    return [(name, each.get_short_help_str(width)) for name, each in shown]


def test_no_help_line_is_cut_off(app: Flask) -> None:
    ours = [words for words in groups_of(app.cli) if not OF_LIBRARIES & {*words}]
    assert len(ours) > 10
    lines = [(*words, *line) for words in ours for line in lines_of(app, *words)]
    cut = [line for line in lines if line[0] not in OF_LIBRARIES and line[-1].endswith("...")]
    assert cut == []


def test_each_command_has_help(app: Flask) -> None:
    ours = [words for words in groups_of(app.cli) if not OF_LIBRARIES & {*words}]
    lines = [(*words, *line) for words in ours for line in lines_of(app, *words)]
    assert [line for line in lines if not line[-1]] == []


@pytest.mark.parametrize("words", [["consent"], ["rights"], ["people", "imports"]])
def test_help_on_a_terminal_shows_the_same(runner: FlaskCliRunner, words: list[str]) -> None:
    shown = runner.invoke(args=[*words, "--help"], terminal_width=COLUMNS)
    assert (shown.exit_code, "..." in shown.output.partition("Commands:")[2]) == (0, False)
