"""A trial of a backup fills a database, and deletes nothing that somebody else put into one."""

from pathlib import Path

import psycopg
import pytest
from flask import Flask

from tests.factories.backup_files import KeyPair, command, figures
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.postgres import PostgresServer

OURS = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_trial_empties_only_a_database_that_was_empty(
    app: Flask, keys: KeyPair, postgres: PostgresServer, tmp_path: Path
) -> None:
    make_subscriber("ada@example.org", make_list())
    figures(app, "backup", "create")
    into = postgres.create_database(f"{tmp_path.name}_into")
    words = ("backup", "verify", "--identity", str(keys.file), "--into")
    with psycopg.connect(into, autocommit=True) as connection:
        status, said = command(app, *words, into)
        assert (status, connection.execute(OURS).fetchone()) == (0, (0,)), said
        connection.execute("CREATE SCHEMA apart")
        connection.execute("CREATE TABLE public.theirs AS SELECT 1")
        status, said = command(app, *words, f"{into}&options=-csearch_path%3Dapart")
        assert (status, "isn't empty" in said) == (1, True), said
        assert connection.execute(OURS).fetchone() == (1,)
