"""`flask restore`: into an empty database only, from any older program, and again after a kill."""

import dataclasses
import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.backup.age_encryption import encrypting
from supporters.backup.backup_archive import ArchiveWriter
from supporters.backup.backup_manifest import BackupFault, BackupManifest, write_manifest
from supporters.backup.backup_reading import BackupSource, check_backup, extract_files
from supporters.backup.database_dumps import list_tables
from supporters.backup.restore_steps import _read_mark, _write_mark
from supporters.cli.machine_findings import find_folder_fault
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db
from supporters.delivery.machines import register_machine
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.migrations.state import check_schema
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.restore.journal_rebuild import RestoreAct
from tests.conftest import running_app
from tests.factories.backup_files import KeyPair, command, destroy_database, figures
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.faults.disks import SmallDisk
from tests.servers.processes import ROOT, wait_until

pytestmark = pytest.mark.both_databases


@pytest.fixture
def backup(app: Flask) -> Path:
    """Return a backup with two people, of whom one left since."""
    mailing_list = make_list()
    list_id = mailing_list.id
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    seal()
    made = Path(figures(app, "backup", "create")["file"])
    unsubscribe_from_list(subscriber_at(BORIS).id, list_id, Method.PAGE)
    return made


@pytest.fixture
def words(backup: Path, keys: KeyPair) -> list[str]:
    """Return the command that restores the backup."""
    return ["restore", str(backup), "--identity", str(keys.file)]


def test_a_database_with_data_is_never_touched(app: Flask, words: list[str]) -> None:
    status, said = command(app, *words)
    assert (status, "isn't empty" in said) == (1, True), said
    assert find_hold() is None
    assert count_rows(Subscriber) == 2


def test_the_restore_is_recorded_and_holds_all_sending(
    app: Flask, words: list[str], settings: Settings
) -> None:
    (settings.instance_dir / "imports").mkdir()
    destroy_database(settings)
    status, said = command(app, *words)
    assert (status, "flask dkim status" in said) == (0, True), said
    hold = find_hold()
    assert hold is not None
    assert hold.because is HoldReason.RESTORED
    acts = db.session.scalars(db.select(AuditEvent.act)).all()
    assert RestoreAct.RESTORED.value in acts
    assert [*settings.instance_dir.glob("restored/*/instance/consent-log/heads.jsonl")]


def test_a_copy_of_a_folder_from_before_the_backup_counts_for_no_machine(
    app: Flask, keys: KeyPair, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    register_machine()
    old = tmp_path / "copy"
    shutil.copytree(settings.instance_dir, old, ignore=shutil.ignore_patterns("supporters.db*"))
    machine = json.loads((old / "machine.json").read_text())
    machine["seen_at"] = (clock.now() - timedelta(hours=2)).isoformat()
    (old / "machine.json").write_text(json.dumps(machine))
    hold_sending(HoldReason.RESTORED)
    backup, made_at = figures(app, "backup", "create")["file"], clock.now()
    destroy_database(settings)
    words = ["restore", backup, "--identity", str(keys.file)]
    status, said = command(app, *words, "--from", str(old))
    assert (status, "the backup is newer" in said) == (1, True), said
    assert machine["name"] in said
    assert (hold := find_hold()) is not None
    assert hold.since > made_at  # a journal that was read in the backup's hold doesn't count
    machine["seen_at"] = clock.now().isoformat()
    (old / "machine.json").write_text(json.dumps(machine))
    assert command(app, *words, "--from", str(old), "--without-journal")[0] == 0


def test_a_restore_that_lacks_space_changes_nothing(
    app: Flask, words: list[str], settings: Settings, tmp_path: Path
) -> None:
    destroy_database(settings)
    if not settings.database_url.startswith("sqlite"):
        return  # the disk of PostgreSQL is its server's
    with SmallDisk(tmp_path / "small", 1) as small:
        small.fill()
        url = f"sqlite:///{small.folder / 'supporters.db'}"
        with running_app(dataclasses.replace(settings, database_url=url)) as full:
            status, said = command(full, *words)
        assert [each.name for each in small.folder.iterdir()] == ["ballast"]
    assert (status, "Nothing was restored" in said) == (1, True), said
    assert figures(app, *words)["left"] == 1


def test_a_full_disk_leaves_the_mark(backup: Path, keys: KeyPair, tmp_path: Path) -> None:
    manifest = check_backup(BackupSource(backup, keys.file.read_bytes()))
    _write_mark(mark := tmp_path / "mark", manifest)
    most, limits = resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(most, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            _write_mark(mark, manifest)
    finally:
        resource.setrlimit(most, limits)
    assert _read_mark(mark) == manifest.made_at.isoformat()


def run_apart(settings: Settings, words: list[str]) -> "subprocess.Popen[bytes]":
    """Begin a command in a process of its own."""
    variables = {
        **os.environ,
        "SUPPORTERS_DATABASE_URL": settings.database_url,
        "SUPPORTERS_INSTANCE_DIR": str(settings.instance_dir),
        "SUPPORTERS_BASE_URL": settings.base_url,
        "SUPPORTERS_BACKUP_DIR": str(settings.backup.folder),
        "SUPPORTERS_BACKUP_RECIPIENTS": ",".join(settings.backup.recipients),
    }
    command_line = [sys.executable, "-m", "flask", *words]
    return subprocess.Popen(command_line, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL)


def test_two_restores_at_once_do_not_write_into_each_other(
    app: Flask, words: list[str], settings: Settings
) -> None:
    destroy_database(settings)
    with (settings.instance_dir / "restore.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        status, said = command(app, *words)
        assert (status, "Another flask restore runs" in said) == (1, True), said
        assert list_tables(settings.database_url) == []
    assert figures(app, *words)["left"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("place", ["loading", "loaded"])
def test_a_killed_restore_goes_on_with_the_same_command(
    app: Flask, words: list[str], settings: Settings, place: str
) -> None:
    destroy_database(settings)
    process = run_apart(settings, words)
    mark = settings.instance_dir / "restore-under-way.json"
    heads = "restored/*/instance/consent-log/heads.jsonl"
    while process.poll() is None:
        is_there = mark.exists() if place == "loading" else [*settings.instance_dir.glob(heads)]
        if is_there:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert "Run the same flask restore again" in (find_folder_fault() or "")  # no worker starts
    wait_for_the_tools(settings)
    assert figures(app, *words)["left"] == 1
    assert find_subscriber_by_key(ANNA) is not None
    assert not mark.exists()
    assert not [*settings.instance_dir.parent.rglob("*.restoring")]


@pytest.mark.slow
def test_a_killed_backup_leaves_no_file_and_blocks_no_other(
    app: Flask, backup: Path, settings: Settings
) -> None:
    process = run_apart(settings, ["backup", "create"])
    while process.poll() is None and not [*backup.parent.glob(".work.unfinished/*")]:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert [*backup.parent.glob("supporters-*")] == [backup]
    assert [*backup.parent.glob(".work.unfinished/*")]
    # A tool that was starting just then may hold the lock for some milliseconds more.
    assert wait_until(lambda: command(app, "backup", "create")[0] == 0)
    assert len([*backup.parent.glob("supporters-*")]) == 2
    assert not [*backup.parent.glob(".work.unfinished/*")]


def wait_for_the_tools(settings: Settings) -> None:
    """Wait until pg_restore has noticed that nobody writes to it any more."""
    with (settings.instance_dir / "restore.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a tool that was starting at the kill holds it
    if settings.database_url.startswith("sqlite"):
        return
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    others += " AND pid <> pg_backend_pid()"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert wait_until(lambda: not connection.execute(db.text(others)).scalar_one())


def test_a_backup_of_a_newer_program_is_refused(
    app: Flask, keys: KeyPair, backup: Path, settings: Settings, tmp_path: Path
) -> None:
    destroy_database(settings)
    newer = tmp_path / "newer.age"
    for name, value in (("migration", "0999"), ("program", "99.0+abc"), ("format", 2)):
        write_backup(newer, keys, settings, **{name: value})
        status, said = command(app, "restore", str(newer), "--identity", str(keys.file))
        assert (status, "Install the newer program" in said) == (1, True), said
    assert not (settings.instance_dir / "restore-under-way.json").exists()


@pytest.mark.parametrize("name", ["instance//etc/x", "instance/../x", "instance/./x"])
def test_no_file_of_a_backup_leaves_its_folder(
    app: Flask, keys: KeyPair, settings: Settings, tmp_path: Path, name: str
) -> None:
    made = tmp_path / "made.age"
    write_backup(made, keys, settings, member=name)
    source = BackupSource(made, keys.file.read_bytes())
    with pytest.raises(BackupFault, match="outside of its folder"):
        extract_files(source, lambda each: tmp_path / each)


def write_backup(
    path: Path, keys: KeyPair, settings: Settings, *, member: str = "", **changes: object
) -> None:
    """Write a backup without a database, by its manifest."""
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    values = {
        "format": 1,
        "made_at": "2026-11-26T03:30:00Z",
        "program": "0.1.0",
        "migration": "0001",
        "database": kind,
        "host": "h",
        "site": "s",
        "keys": ["k"],
        "counts": {},
    }
    manifest = BackupManifest.model_validate({**values, **changes})
    with (
        path.open("wb") as target,
        encrypting(target, [keys.recipient]) as encrypted,
        ArchiveWriter(encrypted, manifest.made_at) as archive,
    ):
        archive.add("manifest.json", write_manifest(manifest))
        if member:
            archive.add(member, b"content")


def test_a_backup_of_an_older_program_is_migrated(
    app: Flask, keys: KeyPair, settings: Settings
) -> None:
    make_list()
    downgrade(revision="0009")
    db.session.remove()
    older = figures(app, "backup", "create")["file"]
    assert figures(app, "backup", "verify", "--identity", str(keys.file))["migration"] == "0009"
    destroy_database(settings)
    words = ["restore", older, "--identity", str(keys.file)]
    figures(app, *words, "--without-journal", "--without-heads")
    check_schema()


def test_an_empty_database_is_refused_where_the_machine_has_worked(
    app: Flask, words: list[str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    destroy_database(settings)
    assert command(app, "db", "upgrade")[0] == 1
    assert "this machine has worked before" in caplog.text
    assert "flask restore" in command(app, "campaigns", "list")[1]
    client = app.test_client()
    assert client.get("/fr/").status_code == 503
