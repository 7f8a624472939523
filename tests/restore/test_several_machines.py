"""A backup is restored where several machines sealed in turn: it is recorded once, for all."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.audit.log_verification import verify
from supporters.audit.restorations import find_restoration_that_lost
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import Restoration
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_external_checkpoint
from tests.conftest import running_app
from tests.factories.backups import back_up, restore_backup
from tests.factories.consent.consent_log import acknowledge_restorations
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database


class Site:
    """One database with two machines; each has its own instance folder."""

    def __init__(self, settings: Settings, tmp_path: Path) -> None:
        self.settings = settings
        self.folder = tmp_path
        self._people = 0
        self._now = clock.now()

    @contextmanager
    def machine(self, number: int) -> Iterator[Flask]:
        """Work on one of the machines, a second after the last time: checkpoints have seconds."""
        folder = self.folder_of(number)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._now += timedelta(seconds=1)
        settings = dataclasses.replace(self.settings, instance_dir=folder)
        with clock.pretend(self._now), running_app(settings) as app:
            yield app

    def folder_of(self, number: int) -> Path:
        """Return the instance folder of a machine."""
        return self.folder / f"machine-{number}"

    def seal_on(self, number: int, mailing_list: int, people: int = 1) -> int:
        """Add some signups, and seal them on a machine; return the size of the log."""
        with self.machine(number):
            for _ in range(people):
                self._people += 1
                address = f"p{self._people}@example.org"
                make_subscriber(address, db.session.get_one(MailingList, mailing_list))
            seal()
            head = find_external_checkpoint()
            assert head is not None
            return head.size

    def replay_on(self, number: int, *arguments: str) -> dict[str, object]:
        """Run `flask rights replay` on a machine."""
        with self.machine(number) as app:
            args = ["rights", "replay", "--without-journal", "--json", *arguments]
            said = app.test_cli_runner().invoke(args=args)
            assert said.exit_code == 0, said.output
            figures: dict[str, object] = json.loads(said.stdout)
            return figures

    def verdict_on(self, number: int) -> ComparisonResult:
        """Return the result of the check at the start of a worker on a machine."""
        with self.machine(number):
            comparison = compare_last_checkpoint()
            assert comparison is not None
            return comparison.verdict

    def back_up(self) -> None:
        with self.machine(1):
            (self.folder / "backup").unlink(missing_ok=True)
            back_up(self.settings, self.folder / "backup")

    def restore_backup(self) -> None:
        with self.machine(1):
            restore_backup(self.settings, self.folder / "backup")

    def restorations(self) -> list[tuple[int, int]]:
        """Return the size of the backup and of the lost log, for each restoration."""
        with self.machine(1):
            found = db.session.scalars(db.select(Restoration).order_by(Restoration.id)).all()
            return [
                (each.restored_size, int(each.lost_head.split("\n")[1]) - each.restored_size)
                for each in found
            ]

    def faults_on(self, number: int) -> list[str]:
        """Return the faults of the log that are left after an owner acknowledged the restoration.

        A machine sees the lines of its own folder.
        """
        with self.machine(number):
            acknowledge_restorations()
            return [str(each) for each in verify(clock.now()).faults]


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path) -> Site:
    """Return a site; both machines have sealed."""
    db.session.remove()
    db.engine.dispose()  # an open connection would keep the write-ahead log of the lost file
    return Site(settings, tmp_path)


@pytest.fixture
def restored(site: Site) -> tuple[Site, int, int, int]:
    """Restore a backup after both machines sealed more entries, the second one last.

    Return the site with the list, the size of the backup and the newest checkpoint.
    """
    with site.machine(1):
        mailing_list = make_list().id
    site.seal_on(2, mailing_list)
    backed_up = site.seal_on(1, mailing_list)
    site.back_up()
    site.seal_on(1, mailing_list)
    newest = site.seal_on(2, mailing_list, people=2)
    site.restore_backup()
    return site, mailing_list, backed_up, newest


Restored = tuple[Site, int, int, int]


def test_replay_with_the_other_folder_records_the_newest_lost_checkpoint(
    restored: Restored,
) -> None:
    site, _, backed_up, newest = restored
    figures = site.replay_on(1, "--from", str(site.folder_of(2)))
    assert figures["restoration_noted"] is True
    assert site.restorations() == [(backed_up, newest - backed_up)]
    assert (site.verdict_on(1), site.verdict_on(2)) == (
        ComparisonResult.CONTAINED,
        ComparisonResult.CONTAINED,
    )
    assert site.replay_on(2)["restoration_noted"] is False
    assert site.faults_on(1) == site.faults_on(2) == []


def test_second_replay_on_the_other_machine_appends_what_only_its_folder_has(
    restored: Restored,
) -> None:
    site, _, backed_up, newest = restored
    site.replay_on(1)
    ((_, lost),) = site.restorations()
    assert site.verdict_on(2) is ComparisonResult.LONGER
    assert site.replay_on(2)["restoration_noted"] is True
    between = backed_up + lost
    assert site.restorations() == [(backed_up, lost), (between, newest - between)]
    assert (site.verdict_on(1), site.verdict_on(2)) == (
        ComparisonResult.CONTAINED,
        ComparisonResult.CONTAINED,
    )
    assert site.faults_on(1) == site.faults_on(2) == []


def test_machine_with_a_newer_checkpoint_is_not_locked_out_once_the_log_grew_past_it(
    restored: Restored,
) -> None:
    site, mailing_list, _, newest = restored
    site.replay_on(1)
    assert site.seal_on(1, mailing_list, people=4) > newest
    assert site.verdict_on(2) is ComparisonResult.DIFFERENT
    renamed = site.replay_on(2)
    assert renamed["restoration_noted"] is True
    assert str(renamed["log_renamed"]).startswith("localhost/consent-log/20")
    assert site.verdict_on(2) is ComparisonResult.CONTAINED
    assert site.faults_on(2) == []


def test_checkpoint_in_the_email_of_the_officer_shows_the_loss(restored: Restored) -> None:
    site, _, backed_up, newest = restored
    mail = site.folder / "mail.txt"
    with site.machine(2):
        head = find_external_checkpoint()
        assert head is not None
        mail.write_text(f"Subject: head\n\n> {head.text.replace(chr(10), chr(10) + '> ')}\n")
    for number in (1, 2):
        with site.machine(number):
            checkpoints_file().unlink()
    assert site.replay_on(1, "--from", str(mail))["restoration_noted"] is True
    assert site.restorations() == [(backed_up, newest - backed_up)]


def test_lost_checkpoint_that_comes_late_is_recorded_although_the_log_grew(
    restored: Restored,
) -> None:
    site, mailing_list, backed_up, newest = restored
    with site.machine(1):
        kept = checkpoints_file().rename(site.folder / "kept-1")
    assert str(site.replay_on(1, "--without-heads")["log_renamed"]).startswith("localhost/")
    assert site.seal_on(1, mailing_list, people=4) > newest
    late = site.replay_on(1, "--from", str(site.folder_of(2)), "--from", str(kept))
    assert late["restoration_noted"] is False
    assert site.restorations() == [(backed_up, 0)]
    assert site.verdict_on(2) is ComparisonResult.LOST
    assert site.faults_on(2) == []
    with site.machine(1):
        of_today = find_external_checkpoint()
        assert of_today is not None
        assert find_restoration_that_lost(of_today) is None


def test_replay_without_any_checkpoint_asks_first(restored: Restored) -> None:
    site = restored[0]
    with site.machine(1) as app:
        checkpoints_file().unlink()
        args = ["rights", "replay", "--without-journal"]
        said = app.test_cli_runner().invoke(args=args)
        assert (said.exit_code, "--without-heads" in said.output) == (1, True), said.output
    assert site.replay_on(1, "--without-heads")["restoration_noted"] is True
    again = site.replay_on(1)
    assert (again["restoration_noted"], len(site.restorations())) == (False, 1)


def test_folder_that_is_no_instance_folder_is_refused(restored: Restored, tmp_path: Path) -> None:
    site = restored[0]
    with site.machine(1) as app:
        args = ["rights", "replay", "--without-journal", "--from", str(tmp_path)]
        said = app.test_cli_runner().invoke(args=args)
    assert (said.exit_code, "isn't an instance folder" in said.output) == (1, True), said.output


def test_checkpoint_signed_after_the_restoration_is_still_an_alarm(restored: Restored) -> None:
    site, mailing_list, _, _ = restored
    site.replay_on(1, "--from", str(site.folder_of(2)))
    site.back_up()
    site.seal_on(2, mailing_list, people=9)
    site.restore_backup()
    assert site.verdict_on(2) is ComparisonResult.LONGER
