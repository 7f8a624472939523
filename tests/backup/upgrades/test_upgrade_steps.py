"""An upgrade is proved on a copy, can be killed at each step, and leads back without a loss."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import make_url, text

from supporters import clock
from supporters.backup.backup_creation import MadeBackup, create_backup
from supporters.backup.upgrades import upgrade_proof, upgrade_steps
from supporters.backup.upgrades.table_sums import Sums, sum_tables
from supporters.cli.release import release_commands
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.subscriptions import object_to_everything
from supporters.migrations import state
from supporters.migrations.state import read_revision
from supporters.migrations.upgrade_mark import MARK, find_mark
from tests.conftest import running_app
from tests.factories.backup_files import command, with_backups
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.faults.disks import SmallDisk
from tests.faults.form import some
from tests.machinery.prepared_states import begins_with
from tests.storage.test_migrations import revisions

on_both = pytest.mark.both_databases
OLDER, NEWEST = revisions()[-2:]
A_MACHINE = "INSERT INTO machine (name, host, seen_at, keys) VALUES ('abc', 'web2', :now, '')"


class Killed(BaseException):
    """The end of the process at this step: nothing of ours handles it."""


def kill(*_words: object, **_options: object) -> None:
    """End here."""
    raise Killed


def rows_of_tables() -> Sums:
    """Return the sums of all tables."""
    db.session.remove()
    with db.engine.connect() as connection:
        return sum_tables(connection)


def migration() -> str | None:
    """Return the migration of the database."""
    db.session.remove()
    with db.engine.connect() as connection:
        return read_revision(connection)


def run(app: Flask, *words: str) -> str:
    """Run a step that succeeds; return what it prints."""
    status, said = command(app, "release", *words)
    assert status == 0, said
    return said


def refusal(app: Flask, *words: str) -> str:
    """Return why a step is refused."""
    status, said = command(app, "release", *words)
    assert status == 1, said
    return " ".join(said.split())


def lead_back(app: Flask) -> Sums:
    """Lead a party with people back to the migration before; return its rows."""
    mailing_list = make_list()
    for address in (ANNA, BORIS, CHLOE):
        make_subscriber(address, mailing_list)
    object_to_everything(subscriber_at(CHLOE).id, Method.MY_DATA)
    seal()
    db.session.remove()
    downgrade(revision=OLDER)
    return rows_of_tables()


pytestmark = begins_with(lead_back)


@pytest.fixture
def older(prepared: Sums) -> Sums:
    """Return the rows of the party at the migration before."""
    return prepared


@on_both
def test_it_is_proved_migrated_and_led_back_as_it_was(
    app: Flask, older: Sums, settings: Settings
) -> None:
    assert "No upgrade to this release was proved" in refusal(app, "migrate")
    assert run(app, "prepare").splitlines()[-1] == "stopped"
    assert (migration(), rows_of_tables()) == (OLDER, older)
    assert not [*settings.instance_dir.glob(".scratch-*")]
    assert NEWEST in run(app, "migrate")
    assert (migration(), run(app, "undo")) == (NEWEST, "The migrations were undone.\n")
    assert (migration(), rows_of_tables()) == (OLDER, older)
    assert find_mark(settings.instance_dir) is None


@on_both
def test_who_leaves_after_the_backup_stays_gone_on_the_way_back(app: Flask) -> None:
    run(app, "prepare")
    run(app, "migrate")
    object_to_everything(subscriber_at(BORIS).id, Method.MY_DATA)
    before = rows_of_tables()
    run(app, "undo")
    after = rows_of_tables()
    for table in ("subscriber", "subscription", "consent_event", "log_entry"):
        assert after[table] == before[table], table
    assert command(app, "db", "upgrade")[0] == 0
    assert command(app, "consent", "verify")[0] == 0


STEPS: dict[str, tuple[str, object, str]] = {
    "before the backup": ("prepare", upgrade_proof, "create_backup"),
    "before the trial": ("prepare", upgrade_proof, "try_backup"),
    "on the way back of the copy": ("prepare", upgrade_proof, "undo_migrations"),
    "before the mark": ("prepare", upgrade_steps, "write_mark"),
    "before the migration": ("migrate", upgrade_steps, "migrate"),
    "in the migration": ("migrate", state, "check_made"),
    "before the verification": ("migrate", upgrade_steps, "verify_all"),
    "before the end": ("finish", release_commands, "end_upgrade"),
    "before the way back": ("undo", upgrade_steps, "undo_migrations"),
    "after the way back": ("undo", upgrade_steps, "delete_mark"),
}
CHANGING = (
    "on the way back of the copy",
    "in the migration",
    "before the end",
    "after the way back",
)


def kill_at(at: str, app: Flask, known: Path) -> None:
    """Take the steps up to this one, and end the process in it."""
    step, where, name = STEPS[at]
    known.write_text(json.dumps({"findings": findings_that_count_as_known(app)}))
    for each in ["prepare", "migrate", "undo" if step == "undo" else "finish"]:
        words = [each, "--doctor", str(known)] if each == "prepare" else [each]
        if each == step:
            break
        run(app, *words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, kill)
        with pytest.raises(Killed):
            command(app, "release", *words)
    assert migration() in {OLDER, NEWEST}
    if find_mark(app.extensions["settings"].instance_dir) is not None:
        said = command(app, "doctor")[1]
        assert "supporters-release upgrade to go on, or supporters-release back" in said


@pytest.mark.parametrize("at", STEPS)
def test_killed_at_each_step_it_goes_on(app: Flask, settings: Settings, at: str) -> None:
    known = settings.instance_dir / "doctor.json"
    kill_at(at, app, known)
    run(app, "prepare", "--doctor", str(known))
    run(app, "migrate")
    run(app, "finish")
    assert (migration(), find_mark(settings.instance_dir)) == (NEWEST, None)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "at", some(*CHANGING, long=[each for each in STEPS if each not in CHANGING])
)
def test_killed_at_a_step_it_goes_back(app: Flask, older: Sums, tmp_path: Path, at: str) -> None:
    kill_at(at, app, tmp_path / "doctor.json")
    run(app, "undo")
    assert (migration(), rows_of_tables()) == (OLDER, older)


def findings_that_count_as_known(app: Flask) -> list[dict[str, str]]:
    """Return what the doctor finds at a party of a test: no relay, no worker, no backup."""
    abouts = ("relay", "second relay", "worker", "backup", "delivery set-up", "legal notice")
    return [{"about": each, "state": "wrong"} for each in (*abouts, "sender", "settings", "keys")]


def test_it_does_not_end_while_the_doctor_finds_something_new(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(app, "prepare")
    run(app, "migrate")
    monkeypatch.setattr(release_commands, "GREEN_WITHIN_SECONDS", 0)
    assert "the doctor says: worker: None runs on this machine" in refusal(app, "finish")
    assert find_mark(settings.instance_dir) is not None


def test_machines_that_run_the_program_before_are_named(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(A_MACHINE), {"now": f"{clock.now():%Y-%m-%d %H:%M:%S}"})
    said = refusal(app, "prepare")
    assert "others run: web2 (abc). Nothing was changed." in said


def truncate(path: Path) -> None:
    """Cut a file off."""
    path.write_bytes(path.read_bytes()[:-4000])


def replace_by_text(path: Path) -> None:
    """Put something else into a file."""
    path.write_text("something else")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(truncate, "cut off"), (replace_by_text, "isn't a backup")],
    ids=["truncated", "foreign"],
)
def test_a_backup_that_is_spoilt_before_its_trial_stops_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], words: str
) -> None:
    def spoilt(*arguments: object) -> MadeBackup:
        made = create_backup(*arguments)  # type: ignore[arg-type]
        spoil(made.path)
        return made

    monkeypatch.setattr(upgrade_proof, "create_backup", spoilt)
    assert words in refusal(app, "prepare")
    assert migration() == OLDER


def test_a_way_back_that_loses_something_stops_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(before: str, *, is_copy: bool = False) -> None:
        undo(before, is_copy=is_copy)
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE subscriber SET restricted_at = created_at"))

    undo = upgrade_proof.undo_migrations
    monkeypatch.setattr(upgrade_proof, "undo_migrations", lose)
    said = refusal(app, "prepare")
    assert "would lose something on a copy: rows of subscriber." in said
    assert "so nothing was changed" in said


def test_a_release_that_breaks_its_promise_stops_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = upgrade_proof.UpgradePlan(before=OLDER, after=NEWEST, is_rolling=True)
    monkeypatch.setattr(upgrade_steps, "_make_plan", lambda: plan)
    monkeypatch.setattr(
        upgrade_proof, "list_narrowed", lambda *_: ["subscriber.id has another type"]
    )
    assert "This release is faulty" in refusal(app, "prepare")


@on_both
def test_without_a_public_key_or_the_right_to_make_a_database_it_says_what_to_do(
    app: Flask, settings: Settings
) -> None:
    with running_app(with_backups(settings, (), settings.backup.folder)) as without:
        assert "age-keygen" in refusal(without, "prepare")
    if settings.database_url.startswith("sqlite"):
        return
    url = make_url(settings.database_url)
    with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS modest")
        admin.execute("CREATE ROLE modest LOGIN IN ROLE pg_read_all_data")
    modest = url.set(username="modest").render_as_string(hide_password=False)
    with running_app(replace(settings, database_url=modest)) as app_of_modest:
        said = refusal(app_of_modest, "prepare")
    assert "createdb --owner=modest" in said


@on_both
def test_a_full_disk_and_a_folder_that_can_not_be_written_change_nothing(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmallDisk(tmp_path / "small", 1) as small:
        small.fill()
        recipients = settings.backup.recipients
        with running_app(with_backups(settings, recipients, small.folder)) as full:
            said = refusal(full, "prepare")
    assert "Make room" in said or "make room" in said, said

    def is_read_only(*_: object) -> None:
        raise OSError(30, "Read-only file system", str(settings.instance_dir / MARK))

    monkeypatch.setattr(upgrade_steps, "write_mark", is_read_only)
    assert "Read-only file system" in refusal(app, "prepare")
    assert migration() == OLDER
