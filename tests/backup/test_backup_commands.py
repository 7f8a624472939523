"""`flask backup`: one encrypted file has everything, and a trial shows that it can be restored."""

import dataclasses
import fcntl
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from supporters import clock
from supporters.backup.backup_folder import path_of
from supporters.backup.database_dumps import _tool_of
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db
from supporters.delivery.machines import register_machine
from supporters.extensions import current_settings
from supporters.lists.subscriptions import object_to_everything
from tests.conftest import running_app
from tests.factories.backup_files import KeyPair, command, figures, make_key_pair, with_backups
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.faults.disks import SmallDisk

pytestmark = pytest.mark.both_databases


@pytest.fixture
def backup(app: Flask) -> Path:
    """Return the backup of a party with people, an objection, an import and a sealed log."""
    mailing_list = make_list()
    for address in (ANNA, BORIS, CHLOE):
        make_subscriber(address, mailing_list)
    object_to_everything(subscriber_at(CHLOE).id, Method.MY_DATA)
    seal()
    register_machine()
    return Path(figures(app, "backup", "create")["file"])


def unpack(backup: Path, keys: KeyPair, folder: Path) -> Path:
    """Open a backup with the usual tools of Debian."""
    folder.mkdir()
    age = ["age", "--decrypt", "--identity", keys.file, backup]
    plain = subprocess.run(age, check=True, capture_output=True).stdout
    subprocess.run(["tar", "--extract", "--gzip"], cwd=folder, input=plain, check=True)
    return folder


def refusal(app: Flask, *words: str) -> str:
    """Return the reason for which a command is refused."""
    status, said = command(app, *words)
    assert status == 1, said
    return said


def test_the_file_is_private_and_opens_with_the_usual_tools(
    backup: Path, keys: KeyPair, tmp_path: Path
) -> None:
    folder = unpack(backup, keys, tmp_path / "unpacked")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert backup.stat().st_mode & 0o777 == 0o600
    assert manifest["counts"]["subscriber"] == 3
    assert manifest["counts"].keys() >= {"log_entry", "delivery", "audit_event"}
    instance = folder / "instance"
    files = {str(each.relative_to(instance)) for each in instance.rglob("*")}
    assert files >= {"machine.json", "consent-log/heads.jsonl"}
    assert "rights/journal.jsonl" in files
    assert not any("supporters.db" in each or "workers" in each for each in files)


def test_the_folders_of_other_machines_go_along(
    app: Flask, backup: Path, keys: KeyPair, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(settings.instance_dir, other)
    (other / "machine.json").write_text('{"name": "other", "seen_at": "2026-11-26T00:00:00+00:00"}')
    made = figures(app, "backup", "create", "--with", str(other))
    assert made["machines"] == 2
    folder = unpack(Path(made["file"]), keys, tmp_path / "unpacked")
    journals = [each.read_bytes() for each in folder.rglob("journal.jsonl")]
    assert journals == [journals[0]] * 2
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert "isn't the instance folder" in refusal(app, "backup", "create", "--with", str(nothing))


def test_nobody_reads_an_address_without_the_private_key(backup: Path) -> None:
    assert ANNA.encode() not in backup.read_bytes()


def test_a_trial_verifies_the_backup_and_leaves_nothing(
    app: Flask, backup: Path, keys: KeyPair, settings: Settings
) -> None:
    (settings.instance_dir / "trial.lock").touch()
    before = sorted(settings.instance_dir.iterdir()), list_databases(settings)
    leave_as_a_killed_trial(settings)
    tried = figures(app, "backup", "verify", "--identity", str(keys.file))
    assert (tried["file"], tried["faults"], tried["people"]) == (str(backup), 0, 3)
    assert tried["entries"] > 5
    assert (sorted(settings.instance_dir.iterdir()), list_databases(settings)) == before


def leave_as_a_killed_trial(settings: Settings) -> None:
    """Leave what a killed trial leaves: its folder, and its database."""
    (settings.instance_dir / ".scratch-killed").mkdir()
    (settings.instance_dir / ".scratch-killed" / "scratch.db").touch()
    if not settings.database_url.startswith("sqlite"):
        url = settings.database_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE supporters_scratch_1_killed")


def list_databases(settings: Settings) -> list[str]:
    """Return the databases of the server, or the files of SQLite."""
    if settings.database_url.startswith("sqlite"):
        folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
        return sorted(each.name for each in folder.iterdir())
    db.session.rollback()
    rows = db.session.execute(db.text("SELECT datname FROM pg_database")).scalars()
    found = sorted(rows)
    db.session.rollback()
    return found


def test_a_trial_finds_what_was_altered_before_the_backup(
    app: Flask, backup: Path, keys: KeyPair
) -> None:
    db.session.execute(db.text("DELETE FROM log_entry WHERE position = 2"))
    db.session.commit()
    altered = figures(app, "backup", "create")["file"]
    assert "2" in refusal(app, "backup", "verify", altered, "--identity", str(keys.file))


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_truncated_backup_is_refused(
    app: Flask, backup: Path, keys: KeyPair, share: float
) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * share)])
    said = refusal(app, "backup", "verify", "--identity", str(keys.file))
    assert "cut off" in said, said


def test_another_private_key_is_refused_with_words(
    app: Flask, backup: Path, tmp_path: Path
) -> None:
    other = make_key_pair(tmp_path / "other.key")
    said = refusal(app, "backup", "verify", "--identity", str(other.file))
    assert "This private key doesn't open it" in said
    nothing = tmp_path / "nothing.key"
    nothing.write_text("hello\n")
    assert "private key of age" in refusal(app, "backup", "verify", "--identity", str(nothing))


def test_a_file_that_is_no_backup_is_refused(app: Flask, keys: KeyPair, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.age"
    foreign.write_text("Not a backup")
    assert "isn't a backup" in refusal(
        app, "backup", "verify", str(foreign), "--identity", str(keys.file)
    )
    age = ["age", "--encrypt", "--recipient", keys.recipient, "--output", foreign]
    subprocess.run(age, input=b"Some other secret", check=True)
    assert "isn't the backup of this program" in refusal(
        app, "backup", "verify", str(foreign), "--identity", str(keys.file)
    )


def test_a_backup_of_another_installation_is_refused(
    backup: Path, keys: KeyPair, settings: Settings
) -> None:
    other = dataclasses.replace(settings, secret_keys=("another secret key of another party",))
    with running_app(other) as app:
        said = refusal(app, "backup", "verify", "--identity", str(keys.file))
    assert "needs the secret key" in said


def test_without_a_public_key_no_backup_is_made(app: Flask, settings: Settings) -> None:
    with running_app(with_backups(settings, (), settings.backup.folder)) as without:
        said = refusal(without, "backup", "create")
    assert "age-keygen" in said
    assert not settings.backup.folder.exists()


def test_old_backups_are_deleted_after_a_new_one_but_for_the_newest(
    app: Flask, backup: Path
) -> None:
    for days in (90, 60, 50, 40):
        shutil.copy(backup, path_of(backup.parent, clock.now() - timedelta(days=days)))
    backup.unlink()
    assert figures(app, "backup", "create")["deleted"] == 2
    days_left = [each["days"] for each in figures(app, "backup", "list")["backups"]]
    assert days_left == [0, 40, 50]


def test_a_full_disk_costs_no_earlier_backup(app: Flask, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with SmallDisk(tmp_path / "small", 1) as small:
        small.fill()
        recipients = current_settings().backup.recipients
        with running_app(with_backups(current_settings(), recipients, small.folder)) as full:
            said = refusal(full, "backup", "create")
        assert not [*small.folder.rglob("supporters-*")]
        assert not [*small.folder.rglob("*.copy")]
    assert "full" in said or "space" in said, said
    assert backup.read_bytes() == before


def test_two_writers_never_meet(app: Flask, backup: Path) -> None:
    with (backup.parent / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "Another backup is being written" in refusal(app, "backup", "create")
    assert figures(app, "backup", "create")["bytes"] > 0


def test_a_trial_does_not_delete_the_scratch_folder_of_another(
    app: Flask, backup: Path, keys: KeyPair, settings: Settings
) -> None:
    scratch = settings.instance_dir / ".scratch-1"
    scratch.mkdir()
    with (settings.instance_dir / "trial.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "Another backup is being tried" in refusal(
            app, "backup", "verify", "--identity", str(keys.file)
        )
    assert scratch.is_dir()


def test_the_password_of_the_database_is_on_no_command_line(settings: Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        return
    url = make_url(settings.database_url).set(username="ada", password="secret/word")
    shown = url.render_as_string(hide_password=False)
    with _tool_of("pg_dump", shown, "--version", stdout=subprocess.PIPE) as tool:
        assert "ada" in str(tool.args)
        assert "secret" not in str(tool.args)
    url = make_url(settings.database_url).update_query_dict({"sslpassword": "secret word"})
    shown = url.render_as_string(hide_password=False)
    with _tool_of("pg_dump", shown, "--schema-only", stdout=subprocess.PIPE) as tool:
        words, said = tool.communicate()
        assert (tool.returncode, b"CREATE TABLE" in words, said) == (0, True, b"")
        assert "secret" not in str(tool.args)
