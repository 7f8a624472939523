"""The output of all commands: figures as text or as JSON, and an error as one line."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from getpass import getuser
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from supporters.actors import Actor, ActorKind, acting_as
from supporters.delivery.progress import Progress
from supporters.logs import log_warnings_only
from supporters.migrations.state import DatabaseProblem, describing_problems

Cell = str | int | float | bool | None
as_json = click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
MINUTES_IN_DETAIL = 120
MAX_USER = 64


def refuse(why: str) -> NoReturn:
    """End the command with status 1 and one line on standard error."""
    raise click.ClickException(" ".join(why.split()))


@contextmanager
def one_line() -> Iterator[None]:
    """Turn a usage error, or a problem of the database, into one line."""
    try:
        with describing_problems():
            yield
    except click.UsageError as error:
        command = f"{error.ctx.command_path} " if error.ctx else ""
        raise click.ClickException(f"{error.format_message()} See: {command}--help") from error
    except DatabaseProblem as problem:
        raise click.ClickException(str(problem)) from problem


class Command(click.Command):
    """A command that ends with status 0, or with 1 and one line with the reason."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the arguments; a usage error is one line."""
        with one_line():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a problem of the database is one line."""
        with one_line():
            return super().invoke(ctx)


class Group(AppGroup):
    """Commands about one subject. They log warnings and errors only."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        """Run one of the commands; a wrong name is one line."""
        log_warnings_only()
        with one_line(), acting_as(Actor(ActorKind.COMMAND, name=name_of_user())):
            return super().invoke(ctx)


def name_of_user() -> str:
    """Return the user who typed the command: with sudo, the person and not the service's user.

    The user of a container has no name, only a number.
    """
    if not (name := os.environ.get("SUDO_USER", "")):
        try:
            name = getuser()
        except (KeyError, OSError):
            name = str(os.getuid())
    return name[:MAX_USER]


def print_json(figures: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(figures, ensure_ascii=False))


def print_figures(figures: Mapping[str, Cell]) -> None:
    """Print names and values in two columns."""
    width = max(map(len, figures))
    for name, value in figures.items():
        click.echo(f"{name:<{width}}  {_word(value)}")


def print_table(rows: Sequence[Mapping[str, Cell]], *, if_none: str) -> None:
    """Print rows with the same keys in columns, or a sentence if there are no rows."""
    if not rows:
        click.echo(if_none)
        return
    lines = [[*rows[0]], *([_word(value) for value in row.values()] for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _word(value: Cell) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)


def figures_of(progress: Progress) -> dict[str, Cell]:
    """Return the figures that `campaigns status` and `delivery status` share."""
    return {
        "audience": progress.audience,
        "queued": progress.queued,
        "claimed": progress.claimed,
        "accepted": progress.accepted,
        "deferred": progress.deferred,
        "refused": progress.refused,
        "skipped": progress.skipped,
        "cancelled": progress.cancelled,
        "uncertain": progress.uncertain,
        "percent": progress.percent,
    }


def about(seconds: int) -> str:
    """Return the time left in words."""
    minutes = -(-seconds // 60)
    match minutes:
        case 0 | 1:
            return "about a minute left"
        case _ if minutes < MINUTES_IN_DETAIL:
            return f"about {minutes} minutes left"
        case _:
            return f"about {round(minutes / 60)} hours left"
