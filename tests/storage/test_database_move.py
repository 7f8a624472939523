"""An SQLite database moves to PostgreSQL whole and once, and can't be used afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import text

from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.trigger_counts import sum_up_counts
from supporters.database import db
from supporters.delivery.sealed_ledgers.ledger_sealing import seal_ended_ledgers
from supporters.migrations.move.source_file import Move, SourceFile
from supporters.migrations.move.target_database import TargetDatabase
from supporters.migrations.state import DatabaseProblem
from supporters.settings.moved_database import find_move_of
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses, send
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.postgres import PostgresServer
from tests.servers.processes import (
    command,
    environment_of,
    run_flask,
    run_to_end,
    start_process,
    wait_until,
    web_command,
)

FILLED = "SELECT count(*) FROM database_move_table"


@pytest.fixture
def target(postgres: PostgresServer, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    return postgres.create_database(tmp_path.name)


@pytest.fixture
def environment(app: Flask, settings: Settings) -> dict[str, str]:
    """Return the variables of an installation with people, which nothing uses any more."""
    national = make_list("national")
    for each in ("anna@example.org", "bo@example.org", "cy@example.org"):
        make_subscriber(each, national)
    seal()
    sum_up_counts()
    db.session.remove()
    db.engine.dispose()
    return environment_of(settings)


def test_database_that_is_not_in_utf_8_is_refused_by_its_start_and_by_a_move(
    postgres: PostgresServer, environment: dict[str, str], tmp_path: Path
) -> None:
    name = f"{tmp_path.name}_ascii"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        made = sql.SQL("CREATE DATABASE {} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        server.execute(made.format(sql.Identifier(name)))
    url = postgres.url(name)
    in_ascii = {**environment, "SUPPORTERS_DATABASE_URL": url}
    for ended in (run_flask(in_ascii, "db", "upgrade"), run_flask(environment, "db", "move", url)):
        assert ended.returncode == 1
        assert "The database is in SQL_ASCII, and must be in UTF-8. Make it again" in ended.stderr


def file_of(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def read_all(settings: Settings, url: str, question: str) -> list[list[tuple[object, ...]]]:
    """Return what both databases answer."""
    with closing(sqlite3.connect(file_of(settings))) as old, psycopg.connect(url) as new:
        return [old.execute(question).fetchall(), new.execute(question.encode()).fetchall()]


def test_the_rows_the_log_and_the_counts_are_the_same(
    environment: dict[str, str], settings: Settings, target: str
) -> None:
    done = run_flask(environment, "db", "move", target, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tables"] == len(db.metadata.tables)
    for question in (
        "SELECT counted, sum(people) FROM people_count GROUP BY counted ORDER BY counted",
        "SELECT size, root, checkpoint FROM log_checkpoint ORDER BY size",
        "SELECT id, address FROM subscriber ORDER BY id",
    ):
        old, new = read_all(settings, target, question)
        assert new == old
    newcomer = {**environment, "SUPPORTERS_DATABASE_URL": target}
    made = run_flask(newcomer, "lists", "create", "lyon", "--name", "Lyon")
    assert made.returncode == 0, made.stderr  # its number follows those that were copied


def test_a_sealed_ledger_is_verified_where_it_moved(
    app: Flask, settings: Settings, target: str
) -> None:
    launch_to_addresses(ANNA, BORIS)
    send()
    assert seal_ended_ledgers() == 1
    seal()
    sum_up_counts()
    db.session.remove()
    db.engine.dispose()
    moved = {**environment_of(settings), "SUPPORTERS_DATABASE_URL": target}
    assert run_flask(environment_of(settings), "db", "move", target).returncode == 0
    verified = run_flask(moved, "consent", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["deliveries"] == 2


def test_nothing_uses_the_old_file_afterwards(
    environment: dict[str, str], settings: Settings, target: str
) -> None:
    run_flask(environment, "db", "move", target)
    tried = [
        run_flask(environment, "worker"),
        run_flask(environment, "lists", "show"),
        run_flask(environment, "db", "upgrade"),
        run_flask(environment, "db", "move", "--undo"),
        run_to_end(web_command(9), environment),
    ]
    silent = [each.args for each in tried if "has moved" not in each.stderr]
    assert not silent
    assert all(each.returncode for each in tried)


def test_a_file_in_use_and_a_database_with_rows_are_refused(
    environment: dict[str, str], settings: Settings, target: str
) -> None:
    with closing(sqlite3.connect(file_of(settings))) as user:
        user.execute("SELECT * FROM subscriber").fetchone()
        in_use = run_flask(environment, "db", "move", target)
    assert f"({os.getpid()})" in in_use.stderr  # it names who uses the file
    with psycopg.connect(target) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    filled = run_flask(environment, "db", "move", target)
    assert "isn't empty" in filled.stderr
    assert find_move_of(settings.database_url) is None


def test_a_killed_move_goes_on_where_it_was(
    environment: dict[str, str], settings: Settings, target: str
) -> None:
    killed = start_process(command("db", "move", target), environment, stderr=subprocess.PIPE)
    assert wait_until(lambda: is_filling(target), every=0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    frozen = run_flask(environment, "lists", "create", "lyon", "--name", "Lyon")
    assert "is being moved" in frozen.stderr
    half = run_flask({**environment, "SUPPORTERS_DATABASE_URL": target}, "worker")
    assert "isn't complete" in half.stderr
    done = run_flask(environment, "db", "move", target)
    assert done.returncode == 0, done.stderr
    assert "Going on" in done.stderr


def test_a_target_that_was_migrated_and_not_yet_emptied_is_refused(
    environment: dict[str, str], target: str
) -> None:
    killed = start_process(command("db", "move", target), environment, stderr=subprocess.PIPE)
    assert wait_until(lambda: finds(target, "SELECT id FROM database_move"), every=0.01)
    with psycopg.connect(target) as connection:
        connection.execute("LOCK database_move IN SHARE MODE")  # so the emptying can't end
        assert wait_until(lambda: finds(target, "SELECT version_num FROM alembic_version"))
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
    half = run_flask({**environment, "SUPPORTERS_DATABASE_URL": target}, "worker")
    assert "isn't complete" in half.stderr
    assert half.returncode
    done = run_flask(environment, "db", "move", target)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("to", "has_ended"), [("there/party", False), ("", True)])
def test_a_database_moves_to_one_place(target: str, to: str, has_ended: bool) -> None:
    place = TargetDatabase(target.replace("postgresql:", "postgresql+psycopg:"))
    move = Move("id", to or place.name, has_ended=has_ended)
    with pytest.raises(DatabaseProblem, match=f"moved to {move.target}"):
        place.refuse_others_rows(move)
    place.refuse_others_rows(Move("id", place.name, has_ended=False))
    place.engine.dispose()


def test_a_file_is_read_whatever_the_characters_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "the party’s 50%41 #1"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "supporters.db")) as file:
        file.execute("CREATE TABLE person AS SELECT 7 AS id")
    with SourceFile(f"sqlite:///{folder / 'supporters.db'}").reading() as reading:
        assert reading.execute(text("SELECT id FROM person")).scalar_one() == 7
    assert [*tmp_path.iterdir()] == [folder]


def is_filling(url: str) -> bool:
    return finds(url, FILLED, none=(0,))


def finds(url: str, question: str, none: tuple[int] | None = None) -> bool:
    """Tell whether a question has an answer by now, another than `none`."""
    with psycopg.connect(url) as connection:
        try:
            return connection.execute(question.encode()).fetchone() != none
        except psycopg.errors.UndefinedTable:
            return False


def test_a_move_that_did_not_end_can_be_undone(
    environment: dict[str, str], settings: Settings, target: str
) -> None:
    with closing(sqlite3.connect(file_of(settings))) as file:
        # SQLite stores what PostgreSQL refuses: a text that is too long for its column.
        file.execute("UPDATE mailing_list SET slug = ?", ("x" * 300,))
        file.commit()
    failed = run_flask(environment, "db", "move", target)
    assert "A value of mailing_list can't be stored" in failed.stderr
    assert run_flask(environment, "db", "move", "--undo").returncode == 0
    assert run_flask(environment, "lists", "show").returncode == 0
