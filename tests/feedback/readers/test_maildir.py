"""A Maildir is emptied only of what is committed; what is no report stays for people (REQ-105)."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from supporters.database import DatabaseUnavailable
from supporters.feedback.readers.bounded_parser import READ_OCTETS
from supporters.feedback.readers.maildir import Maildir, MaildirUnusable
from supporters.feedback.readers.reading_state import load_state
from supporters.feedback.readers.returned_emails import EmailIntake, NotStored
from tests.feedback.readers.recorded_intake import (
    HUMAN,
    OUT_OF_ORDER,
    RecordedApply,
    make_bounce,
    recorded_intake,
)


@pytest.fixture
def intake(app: Flask) -> Iterator[tuple[EmailIntake, RecordedApply]]:
    """Return an intake and what it records."""
    with recorded_intake(app) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty Maildir."""
    made = tmp_path / "mail"
    for name in ("new", "cur", "tmp"):
        (made / name).mkdir(parents=True)
    return made


def fill(folder: Path, **emails: bytes) -> None:
    for name, raw in emails.items():
        (folder / "new" / name).write_bytes(raw)


def names(folder: Path, part: str) -> list[str]:
    return sorted(each.name for each in (folder / part).iterdir())


def test_what_is_committed_is_deleted_and_the_rest_stays_for_people(
    intake: tuple[EmailIntake, RecordedApply], folder: Path
) -> None:
    fill(folder, a=make_bounce("ada"), b=HUMAN, c=OUT_OF_ORDER)
    Maildir(str(folder)).take_all(intake[0], Event())
    assert intake[1].list_addresses() == ["ada@example.org"]
    assert (names(folder, "new"), names(folder, "cur")) == ([], ["b:2,", "c:2,F"])
    assert (load_state().read, load_state().left) == (3, 2)


def test_nothing_is_deleted_while_the_database_is_down(
    intake: tuple[EmailIntake, RecordedApply], folder: Path
) -> None:
    fill(folder, a=make_bounce("ada"), b=HUMAN)
    intake[1].failure = DatabaseUnavailable
    with pytest.raises(NotStored):
        Maildir(str(folder)).take_all(intake[0], Event())
    assert names(folder, "new") == ["a", "b"]


def test_email_that_meets_a_fault_of_ours_stays_and_stops_no_other(
    intake: tuple[EmailIntake, RecordedApply], folder: Path
) -> None:
    fill(folder, **{name: make_bounce(name) for name in ("ada", "bob", "cleo")})
    intake[1].fails_on = b"bob@"
    maildir = Maildir(str(folder))
    maildir.take_all(intake[0], Event())
    maildir.take_all(intake[0], Event())
    assert names(folder, "new") == ["bob"]
    assert intake[1].list_addresses() == ["ada@example.org", "cleo@example.org"]


def test_large_emails_are_read_in_small_batches_and_in_part(
    intake: tuple[EmailIntake, RecordedApply], folder: Path
) -> None:
    large = b"\n" + b"x" * 3 * READ_OCTETS
    fill(folder, **{f"n{each:02}": make_bounce(f"n{each}") + large for each in range(20)})
    Maildir(str(folder)).take_all(intake[0], Event())
    assert {*map(len, intake[1].emails)} == {READ_OCTETS}
    assert max(intake[1].batches) < 20


def test_links_and_pipes_are_not_followed(
    intake: tuple[EmailIntake, RecordedApply], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(make_bounce("eve"))
    (folder / "new" / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "new" / "pipe")
    fill(folder, z=make_bounce("ada"))
    Maildir(str(folder)).take_all(intake[0], Event())
    assert intake[1].list_addresses() == ["ada@example.org"]


def test_folder_that_is_no_maildir_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MaildirUnusable):
        Maildir(str(tmp_path)).list_new()
