"""The files that a backup holds, and those that it leaves out."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask

from supporters.backup.instance_files import list_files
from supporters.config import Settings


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
