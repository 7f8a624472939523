"""The journal of withdrawals: written to the disk before the commit, purged like the backups."""

import json
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cli.machine_findings import GAPS
from supporters.consent import withdrawal_journal
from supporters.consent.models import Method
from supporters.consent.withdrawal_journal import (
    JOURNAL_RETENTION,
    Withdrawal,
    WithdrawalKind,
    append_withdrawals,
    is_writable,
    journal_path,
    paused,
    purge_withdrawals,
    read_withdrawals,
)
from supporters.consent.withdrawal_lines import locked
from supporters.database import transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.cli.test_doctor import examine
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.faults.disks import SmallDisk
from tests.machinery.threads import in_threads
from tests.servers.processes import wait_until


def left(days_ago: int = 0) -> Withdrawal:
    """Return a withdrawal: a person unsubscribed from a list."""
    at = clock.now() - timedelta(days=days_ago)
    return Withdrawal(
        kind=WithdrawalKind.UNSUBSCRIBED, at=at, person=b"x" * 32, method=Method.PAGE, list_id=7
    )


def write_line(withdrawal: Withdrawal) -> None:
    """Write a line to the disk, as a use case does."""
    with transaction():
        withdrawal_journal.append_withdrawal(withdrawal)


def test_a_line_is_read_as_it_was_written(app: Flask) -> None:
    withdrawals = [
        left(),
        Withdrawal(
            kind=WithdrawalKind.ADDRESS_CHANGED,
            at=clock.now(),
            person=b"x" * 32,
            method=Method.MY_DATA,
            to=b"y" * 32,
        ),
    ]
    for withdrawal in withdrawals:
        write_line(withdrawal)
    assert read_withdrawals(journal_path()) == (withdrawals, 0)


def test_an_incomplete_line_damages_no_other_line(app: Flask) -> None:
    write_line(left())
    with journal_path().open("ab") as file:
        file.write(b'{"kind": "lef')
    write_line(left())
    withdrawals, unreadable = read_withdrawals(journal_path())
    assert (len(withdrawals), unreadable) == (2, 1)


def test_many_at_once_write_whole_lines(app: Flask) -> None:
    def write_some() -> None:
        for _ in range(20):
            append_withdrawals([left()])

    in_threads(app, [write_some] * 4)
    withdrawals, unreadable = read_withdrawals(journal_path())
    assert (len(withdrawals), unreadable) == (80, 0)


@pytest.mark.parametrize("is_in_the_way", [False, True])
def test_lines_that_wait_share_a_sync_and_a_failure(
    app: Flask, monkeypatch: pytest.MonkeyPatch, is_in_the_way: bool
) -> None:
    begun: list[bool] = []
    synced: list[int] = []
    fsync = os.fsync

    def count_sync(file: int) -> None:
        synced.append(file)
        fsync(file)

    def write_one() -> bool:
        begun.append(True)
        try:
            append_withdrawals([left()])
        except OSError:
            return False
        return True

    write_line(left())
    monkeypatch.setattr(os, "fsync", count_sync)
    with ThreadPoolExecutor(1) as pool:
        with locked(journal_path()):
            waiting = pool.submit(in_threads, app, [write_one] * 6)
            assert wait_until(lambda: len(begun) == 6)
            time.sleep(0.5)  # the first thread waits for the lock, the others for the first
            if is_in_the_way:
                journal_path().unlink()
                journal_path().mkdir()
        written = waiting.result()
    if is_in_the_way:
        assert written == [False] * 6
        return
    withdrawals, _ = read_withdrawals(journal_path())
    assert (len(withdrawals), all(written)) == (7, True)
    assert len(synced) < 6


def test_a_repeated_withdrawal_is_not_written_again(app: Flask) -> None:
    with paused():
        write_line(left())
    assert not journal_path().exists()


def test_only_lines_older_than_any_backup_are_purged(app: Flask) -> None:
    for days in (JOURNAL_RETENTION.days + 1, JOURNAL_RETENTION.days - 1, 0):
        write_line(left(days))
    assert purge_withdrawals(clock.now()) == 1
    withdrawals, _ = read_withdrawals(journal_path())
    assert len(withdrawals) == 2
    assert journal_path().stat().st_mode & 0o777 == 0o600
    assert purge_withdrawals(clock.now()) == 0


@pytest.mark.both_databases
def test_unsubscribing_works_when_the_journal_cannot_be_written(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    journal_path().parent.parent.joinpath("rights").write_text("in the way")
    assert not is_writable()
    unsubscribe_from_every_list(person.id, Method.PAGE)
    assert list_subscriptions_of(person.id) == []
    assert "rights.not_noted" in "".join(capfd.readouterr())


@pytest.fixture
def small_disk(app: Flask) -> Iterator[SmallDisk]:
    """Mount a small, full disk as the folder of the journal."""
    with SmallDisk(journal_path().parent, 1) as disk:
        yield disk


@pytest.mark.both_databases
def test_the_doctor_reports_a_full_disk_and_the_gap_is_rebuilt(
    app: Flask, runner: FlaskCliRunner, small_disk: SmallDisk
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    small_disk.fill()
    assert not is_writable()
    assert examine()["journal of rights"].state == "wrong"
    unsubscribe_from_every_list(person.id, Method.PAGE)
    assert list_subscriptions_of(person.id) == []
    assert read_withdrawals(journal_path()) == ([], 0)
    assert "Lines that" in examine()[GAPS].words
    assert runner.invoke(args=["rights", "journal", "rebuild"]).exit_code == 1
    assert examine()[GAPS].state == "wrong"
    small_disk.free()
    rebuilt = runner.invoke(args=["rights", "journal", "rebuild", "--json"])
    assert json.loads(rebuilt.stdout) == {"added": 1}
    found = examine()
    assert found[GAPS].state == found["journal of rights"].state == "right"
    ((line,), _) = read_withdrawals(journal_path())
    assert (line.kind, line.person) == (WithdrawalKind.UNSUBSCRIBED, person.address_mac)
    again = runner.invoke(args=["rights", "journal", "rebuild", "--json"])
    assert json.loads(again.stdout) == {"added": 0}


def test_a_line_that_fits_only_in_part_is_removed(app: Flask) -> None:
    write_line(left())
    whole = journal_path().read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            append_withdrawals([left()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert journal_path().read_bytes() == whole
