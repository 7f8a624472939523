"""The script that watches the log from outside, run as cron runs it against a served log."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.people.data_keys import store_data_key
from supporters.transparency_log.leaf_store import leaves_file
from supporters.transparency_log.log_records import SIGNING
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_origin, log_verifier
from tests.factories.consent.consent_log import forget_birth
from tests.servers.ports import free_port
from tests.servers.served_site import Served

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
SCRIPT = Path(__file__).parents[2] / "docs" / "watch_log.py"


@pytest.fixture
def site(app: Flask, settings: Settings) -> Iterator[Served]:
    grow(5)
    site = Served(app, settings.base_url)
    yield site
    site.end()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.txt"


def grow(entries: int) -> str:
    """Seal some entries; return the checkpoint."""
    with transaction():
        for _ in range(entries):
            entry = LogEntry(kind="x", record_id=new_id(clock.now()), commitment=os.urandom(32))
            db.session.add(entry)
    seal()
    newest = find_latest_checkpoint()
    assert newest is not None
    return newest.checkpoint


@pytest.fixture
def watch(site: Served, state: Path) -> Callable[[], tuple[int, str]]:
    """Run the script; return its status and what it says."""
    key = log_verifier().as_text()

    def run() -> tuple[int, str]:
        command = [sys.executable, "-I", str(SCRIPT), site.address, key, str(state)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.stdout == ""
        return done.returncode, done.stderr

    return run


Watch = Callable[[], tuple[int, str]]


def test_a_log_that_grows_is_in_order_and_nothing_is_said(watch: Watch, state: Path) -> None:
    for entries in (1, 2, 3, 250, 0):
        newest = grow(entries)
        assert watch() == (0, "")
        assert state.read_text("utf-8") == newest


def begin_again(entries: int) -> None:
    """Write another log, as a keeper with the keys can."""
    with transaction():
        for table in (LogCheckpoint, LogTile, LogEntry):
            db.session.execute(db.delete(table))
        forget_birth()
    leaves_file(log_origin()).unlink()
    grow(entries)


@pytest.mark.parametrize("entries", [4, 5, 8])
def test_a_log_that_was_rewritten_or_cut_off_gives_the_alarm(
    watch: Watch, state: Path, entries: int
) -> None:
    watch()
    before = state.read_text("utf-8")
    begin_again(entries)
    status, said = watch()
    assert (status, said.startswith("ALARM: ")) == (2, True)
    assert f"5 entries before, {entries} now" in said
    assert state.read_text("utf-8") == before
    alarm = state.with_name("state.txt.alarm").read_text("utf-8")
    assert alarm.split("\n")[1] == str(entries)
    assert watch()[0] == 2


def test_another_key_gives_the_alarm(app: Flask, watch: Watch) -> None:
    watch()
    with transaction():
        store_data_key(SIGNING, bytes(32))
    app.extensions.pop("data_keys")
    grow(1)
    status, said = watch()
    assert (status, "another key" in said) == (2, True)


def test_a_cache_that_gives_an_older_checkpoint_is_no_alarm(
    site: Served, watch: Watch, state: Path
) -> None:
    older = grow(1)
    newer = grow(7)
    watch()
    site.told = older
    status, said = watch()
    assert (status, "A cache gave an older checkpoint" in said) == (1, True)
    assert state.read_text("utf-8") == newer


def test_a_site_that_is_down_or_says_nonsense_is_asked_again(
    site: Served, watch: Watch, state: Path
) -> None:
    watch()
    before = state.read_text("utf-8")
    site.address = f"{site.address}/nowhere"
    assert watch()[0] == 1
    site.address = f"http://127.0.0.1:{free_port()}"
    assert watch()[0] == 1
    assert state.read_text("utf-8") == before
    assert [*state.parent.glob("state.txt.*")] == []


def test_the_page_of_a_network_that_wants_a_sign_in_is_no_alarm(
    site: Served, watch: Watch, state: Path
) -> None:
    watch()
    site.told = "<html><p>Welcome to the hotel.\n\n<p>Please sign in.</html>"
    status, said = watch()
    assert (status, "no checkpoint" in said) == (1, True)
    assert [*state.parent.glob("state.txt.*")] == []


def test_a_state_that_can_not_be_written_is_said(watch: Watch, state: Path) -> None:
    state.with_name("state.txt.new").mkdir()
    status, said = watch()
    assert (status, "Is a directory" in said) == (1, True)
