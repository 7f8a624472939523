"""The doctor says whether there is a backup, and whether it is new."""

import dataclasses
from datetime import timedelta

from flask import Flask

from supporters import clock
from supporters.backup.backup_folder import path_of
from supporters.cli.backup.backup_finding import look_at_backups
from supporters.config import Settings
from tests.conftest import running_app
from tests.factories.backup_files import KeyPair, with_backups


def finding(settings: Settings) -> tuple[str, str]:
    """Return the state and the words on a machine of a production."""
    with running_app(dataclasses.replace(settings, is_development=False)):
        found = look_at_backups()
    return found.state, found.words


def test_an_installation_without_backups_is_told(app: Flask, settings: Settings) -> None:
    assert look_at_backups().state == "right"
    state, words = finding(with_backups(settings, (), settings.backup.folder))
    assert (state, "SUPPORTERS_BACKUP_RECIPIENTS is missing" in words) == ("look", True)
    assert finding(settings)[0] == "wrong"


def test_an_old_backup_is_bad(app: Flask, settings: Settings, keys: KeyPair) -> None:
    folder = settings.backup.folder
    folder.mkdir()
    path_of(folder, clock.now() - timedelta(hours=50)).touch()
    state, words = finding(settings)
    assert (state, "supporters-backup.timer" in words) == ("wrong", True)
    path_of(folder, clock.now() - timedelta(hours=40)).touch()
    state, words = finding(settings)
    assert (state, words.endswith("one of 2.")) == ("right", True)
    path_of(folder, clock.now() + timedelta(days=365)).touch()  # the clock was wrong that day
    state, words = finding(settings)
    assert (state, "yet to come" in words) == ("wrong", True)
