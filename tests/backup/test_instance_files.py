"""The files that a backup holds, and those that it leaves out."""

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask

from supporters.backup.instance_files import list_files
from supporters.config import Settings


def names_in(settings: Settings) -> list[str]:
    return [name for name, _ in list_files(settings, ())]


def test_a_folder_on_another_disk_is_in_a_backup_and_no_backup_is(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    elsewhere, folder = tmp_path / "other disk", tmp_path / "link to the party"
    (elsewhere / "rights").mkdir(parents=True)
    (elsewhere / "rights" / "journal.jsonl").write_text("{}\n")
    (elsewhere / "again").symlink_to(settings.instance_dir)
    (settings.instance_dir / "rights").symlink_to(elsewhere / "rights")
    (settings.instance_dir / "gone").symlink_to(tmp_path / "nowhere")
    (settings.instance_dir / "itself").symlink_to("itself")
    (settings.instance_dir / "turning").symlink_to(elsewhere)
    (settings.instance_dir / "kept").mkdir()
    (settings.instance_dir / "kept" / "backup").write_text("a backup")
    folder.symlink_to(settings.instance_dir)
    backup = dataclasses.replace(settings.backup, folder=settings.instance_dir / "kept")
    names = names_in(dataclasses.replace(settings, instance_dir=folder, backup=backup))
    assert names.count("instance/rights/journal.jsonl") == 1
    assert not [each for each in names if "kept" in each or "again" in each]


def test_no_former_database_is_in_a_backup(app: Flask, settings: Settings) -> None:
    folder = settings.instance_dir
    (folder / "rights").mkdir(exist_ok=True)
    (folder / "rights" / "journal.jsonl").write_text("{}\n")
    before = [name for name, _ in list_files(settings, ())]
    former = folder / "imports" / "moved.db"
    former.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(former)) as database:
        database.execute("CREATE TABLE subscriber (address text)")
    Path(f"{former}-wal").write_bytes(b"addresses")
    assert [name for name, _ in list_files(settings, ())] == before
    assert "instance/rights/journal.jsonl" in before
