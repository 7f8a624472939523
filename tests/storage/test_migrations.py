"""All migrations run up and down on both databases, and the newest equals the models."""

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Enum, inspect

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.database import Model, db
from supporters.migrations import state
from supporters.migrations.coexistence import list_narrowed, read_tables
from supporters.migrations.schema import compare, list_missing_triggers
from supporters.migrations.schema_sums import is_recorded
from supporters.migrations.state import DatabaseProblem, check_revision, check_schema, read_revision
from supporters.migrations.trigger_sums import list_foreign_triggers
from supporters.retention.queries import list_rules
from supporters.retention.rules import RuleBasis, RuleNote
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.storage.record_sums import VERSIONS, find_changed, recorded_sums, sums_of_files

pytestmark = pytest.mark.both_databases


def revisions() -> list[str]:
    """Return the numbers of the migrations, oldest first."""
    scripts = ScriptDirectory(str(VERSIONS.parent)).walk_revisions()
    return sorted(script.revision for script in scripts)


def enum_columns() -> Iterator[tuple[str, str, Enum]]:
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.create_constraint:
                yield table.name, column.name, column.type


def checked_values(table: str, column: str) -> list[set[str]]:
    """Return the texts in each check of the database that names a column."""
    checks = [str(each["sqltext"]) for each in inspect(db.engine).get_check_constraints(table)]
    named = [each for each in checks if re.search(rf"\b{column}\b", each)]
    return [{*re.findall(r"'([^']*)'", each)} for each in named]


def test_each_migration_goes_down_and_up_again(app: Flask) -> None:
    for revision in reversed(revisions()):
        downgrade(revision="-1")
        upgrade(revision=revision)
        downgrade(revision="-1")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    check_schema()
    assert (list_missing_triggers(), list_foreign_triggers()) == ([], [])


def test_the_newest_migration_equals_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
        assert compare(connection) == []
        assert is_recorded(connection), "Run: python -m tests.storage.record_sums"


def test_migrations_are_numbered_without_a_gap() -> None:
    with_old_programs = re.compile(r"(\d{4})\.\d")  # ADR 128
    numbers = [each for each in revisions() if not with_old_programs.fullmatch(each)]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_each_migration_beside_the_program_before_keeps_its_promise(app: Flask) -> None:
    """Compare the tables on both sides of each migration with such a number (ADR 128)."""
    for revision in reversed([each for each in revisions() if "." in each]):
        downgrade(revision=revision)
        with db.engine.connect() as connection:
            after = read_tables(connection)
        downgrade(revision="-1")
        with db.engine.connect() as connection:
            assert list_narrowed(read_tables(connection), after) == [], revision


def test_migrations_are_made_together_or_not_at_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> None:
        raise DatabaseProblem("The new schema is wrong.")

    older = revisions()[-4]
    downgrade(revision=older)
    monkeypatch.setattr(state, "check_made", fail)
    with pytest.raises(SystemExit):
        upgrade()
    with db.engine.connect() as connection:
        assert read_revision(connection) == older
    monkeypatch.undo()
    upgrade()
    check_schema()


def test_no_migration_is_changed_that_databases_have_run() -> None:
    message = "{} was changed: make a further migration instead (tests/storage/record_sums.py)."
    assert find_changed() == [], message.format(find_changed())


def test_each_migration_has_its_sum() -> None:
    message = "Run: python -m tests.storage.record_sums"
    assert {*recorded_sums()} == {*sums_of_files()}, message


def test_the_rules_of_a_new_database_have_keys_that_pages_show_in_words(app: Flask) -> None:
    rules = list_rules()
    assert {rule.basis for rule in rules} == {*RuleBasis}
    assert {rule.note for rule in rules} == {*RuleNote}


def test_a_downgrade_that_deletes_sealed_entries_is_refused(runner: FlaskCliRunner) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    db.session.remove()
    ran = runner.invoke(args=["db", "downgrade", "base"])
    assert ran.exit_code == 1
    with db.engine.connect() as connection:
        check_revision(connection, is_upgrading=False)
    assert verify(clock.now()).faults == []


def test_the_checks_of_the_database_have_the_members_of_the_enums(app: Flask) -> None:
    faults = [
        f"{table}.{column}: write a migration that remakes its check"
        for table, column, kind in enum_columns()
        if {*kind.enums} not in checked_values(table, column)
    ]
    assert faults == []
