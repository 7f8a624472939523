"""The journal of taking-backs: on the disk before the database, and forgotten with the backups."""

import json
import resource
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cli.machine_findings import GAPS
from supporters.consent import withdrawal_journal
from supporters.consent.models import Method
from supporters.consent.withdrawal_journal import (
    KEPT_FOR,
    Taken,
    Taking,
    append_takings,
    can_be_written,
    forget_old_takings,
    journal_path,
    muted,
    read_takings,
)
from supporters.database import transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import leave_every_list
from tests.cli.test_doctor import findings
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.faults.disks import SmallDisk
from tests.threads import in_threads


def left(days_ago: int = 0) -> Taking:
    """Return that somebody left a list."""
    at = clock.now() - timedelta(days=days_ago)
    return Taking(kind=Taken.LEFT, at=at, person=b"x" * 32, method=Method.PAGE, list_id=7)


def note(taking: Taking) -> None:
    """Put a line on the disk, as a use case does."""
    with transaction():
        withdrawal_journal.note(taking)


def test_a_line_is_read_as_it_was_written(app: Flask) -> None:
    takings = [
        left(),
        Taking(
            kind=Taken.MOVED,
            at=clock.now(),
            person=b"x" * 32,
            method=Method.MY_DATA,
            to=b"y" * 32,
        ),
    ]
    for taking in takings:
        note(taking)
    assert read_takings(journal_path()) == (takings, 0)


def test_a_line_that_a_crash_tore_off_spoils_no_other(app: Flask) -> None:
    note(left())
    with journal_path().open("ab") as file:
        file.write(b'{"kind": "lef')
    note(left())
    takings, unreadable = read_takings(journal_path())
    assert (len(takings), unreadable) == (2, 1)


def test_many_at_once_write_whole_lines(app: Flask) -> None:
    def note_some() -> None:
        for _ in range(20):
            append_takings([left()])

    in_threads(app, [note_some] * 4)
    takings, unreadable = read_takings(journal_path())
    assert (len(takings), unreadable) == (80, 0)


def test_what_is_done_again_is_not_noted_again(app: Flask) -> None:
    with muted():
        note(left())
    assert not journal_path().exists()


def test_only_lines_older_than_any_backup_are_forgotten(app: Flask) -> None:
    for days in (KEPT_FOR.days + 1, KEPT_FOR.days - 1, 0):
        note(left(days))
    assert forget_old_takings(clock.now()) == 1
    takings, _ = read_takings(journal_path())
    assert len(takings) == 2
    assert journal_path().stat().st_mode & 0o777 == 0o600
    assert forget_old_takings(clock.now()) == 0


@pytest.mark.both_databases
def test_leaving_works_when_nothing_can_be_noted(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    journal_path().parent.parent.joinpath("rights").write_text("in the way")
    assert not can_be_written()
    leave_every_list(person.id, Method.PAGE)
    assert list_subscriptions_of(person.id) == []
    assert "rights.not_noted" in "".join(capfd.readouterr())


@pytest.fixture
def small_disk(app: Flask) -> Iterator[SmallDisk]:
    """Mount a small disk, full to the brim, where the journal is kept."""
    with SmallDisk(journal_path().parent, 1) as disk:
        yield disk


@pytest.mark.both_databases
def test_full_disk_is_told_by_the_doctor_and_its_gap_made_up_from_the_database(
    app: Flask, runner: FlaskCliRunner, small_disk: SmallDisk
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    small_disk.fill()
    assert not can_be_written()
    assert findings(runner)["journal of rights"]["state"] == "wrong"
    leave_every_list(person.id, Method.PAGE)
    assert list_subscriptions_of(person.id) == []
    assert read_takings(journal_path()) == ([], 0)
    assert "Lines that" in findings(runner)[GAPS]["words"]
    assert runner.invoke(args=["rights", "journal", "rebuild"]).exit_code == 1
    assert findings(runner)[GAPS]["state"] == "wrong"
    small_disk.free()
    rebuilt = runner.invoke(args=["rights", "journal", "rebuild", "--json"])
    assert json.loads(rebuilt.stdout) == {"added": 1}
    found = findings(runner)
    assert found[GAPS]["state"] == found["journal of rights"]["state"] == "right"
    ((line,), _) = read_takings(journal_path())
    assert (line.kind, line.person) == (Taken.LEFT, person.address_mac)
    again = runner.invoke(args=["rights", "journal", "rebuild", "--json"])
    assert json.loads(again.stdout) == {"added": 0}


def test_line_that_fits_in_part_is_not_left_there(app: Flask) -> None:
    note(left())
    whole = journal_path().read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            append_takings([left()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert journal_path().read_bytes() == whole
