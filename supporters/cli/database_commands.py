"""`flask db move`: moves an SQLite database to PostgreSQL."""

import time

import click
from flask.cli import with_appcontext
from flask_migrate.cli import db as group  # type: ignore[import-not-found]

from supporters import clock
from supporters.cli.output import Command, as_json, print_json, refuse
from supporters.cli.parameters import DatabaseUrl
from supporters.config import Settings, SettingsError, load_settings
from supporters.consent.log_sealing import seal
from supporters.delivery.log_watch import verify_all
from supporters.extensions import current_settings
from supporters.migrations.move.database_move import (
    DatabaseMove,
    MovedDatabase,
    MoveProgress,
    find_begun_move,
    undo_move,
)
from supporters.migrations.move.target_database import Figures, variables_of
from supporters.migrations.state import check_schema
from supporters.settings.setting_sources import collect_variables
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.tree_sealing import ClockWentBack

SAY_EVERY_SECONDS = 2.0


@group.command("move", cls=Command)  # type: ignore[untyped-decorator]
@click.argument("url", type=DatabaseUrl(), required=False)
@click.option("--undo", is_flag=True, help="Use the old database again. Only before the move ends.")
@as_json
@with_appcontext
def move(*, url: str | None, undo: bool, is_json: bool) -> None:
    """Move everything from SQLite to an empty database of PostgreSQL.

    Stop the worker and the pages first. URL is postgresql://…, or @FILE if it has a password; - is
    standard input. The old file is frozen from the beginning on, and stays
    so. A move that was interrupted goes on with the next table. All rows are compared, and all
    sealed records verified.
    """
    source = current_settings()
    if source.is_training:
        refuse("A training isn't moved: its people are made up.")
    if undo:
        undo_move(source.database_url)
        click.echo("This database is in use again. Drop what the new one has.")
        return
    if url is None:
        refuse("To which database? Give its URL: flask db move postgresql://…")
    began = time.monotonic()
    moved = _move(source, _read_target(url))
    if is_json:
        seconds = round(time.monotonic() - began, 1)
        print_json({"tables": moved.tables, "rows": moved.rows, "seconds": seconds})
        return
    click.echo(f"{moved.rows} rows of {moved.tables} tables are in {moved.target}: all are equal.")
    click.echo("Set SUPPORTERS_DATABASE_URL to it, remove SUPPORTERS_QUEUE_URL if it names a file,")
    click.echo("keep the instance folder, and start the worker and the pages.")
    file = source.database_url.removeprefix("sqlite:///")
    click.echo(f"Delete {file} once all is well: no erasure reaches it any more.")


def _read_target(url: str) -> Settings:
    """Return our settings with another database. A fault of its URL ends the command."""
    try:
        target = load_settings(variables_of(collect_variables()[0], url))
    except SettingsError as error:
        refuse(" ".join(error.faults))
    if not target.database_url.startswith("postgresql"):
        refuse("A database moves to PostgreSQL only: postgresql://USER:PASSWORD@HOST/NAME")
    return target


def _move(source: Settings, target: Settings) -> MovedDatabase:
    faults: list[Figures] = []
    if find_begun_move(source.database_url) is None:
        check_schema()
        _seal()
        _say("All sealed records of the old database are verified first.")
        report = verify_all(clock.now())
        faults = [each.as_figures() for each in report.faults]
    progress = MoveProgress(_say, _ProgressLine().show)
    return DatabaseMove(source.database_url, target.database_url, progress).run(faults)


def _seal() -> None:
    """Seal what waits: nothing could be sealed while the rows move."""
    try:
        seal()
    except (TreeBroken, ClockWentBack) as error:
        refuse(f"Nothing can be sealed ({error}). See: flask consent verify")


def _say(words: str) -> None:
    click.echo(words, err=True)


class _ProgressLine:
    """Says now and then which table is under way."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def show(self, table: str, rows: int) -> None:
        """Say it, unless something was said a moment ago."""
        if time.monotonic() - self._said > SAY_EVERY_SECONDS:
            self._said = time.monotonic()
            _say(f"  {table}: {rows} rows")
