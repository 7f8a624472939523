"""A mailbox of Dovecot: only what is committed leaves it, and people find the rest unread."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from imapclient import IMAPClient

from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.feedback_listener import FeedbackListener
from supporters.feedback.readers.imap_mailbox import opened_mailbox
from supporters.feedback.readers.intake_probe import IntakeUnreachable, probe_intake
from supporters.settings.feedback_settings import FeedbackSettings
from tests.feedback.readers.recorded_intake import (
    HUMAN,
    OUT_OF_ORDER,
    RecordedApply,
    make_bounce,
    recorded_intake,
)
from tests.servers.processes import wait_until

pytestmark = pytest.mark.slow


def mails_in(folder: Path) -> list[Path]:
    return [*(folder / "box" / "new").iterdir(), *(folder / "box" / "cur").iterdir()]


def put(folder: Path, name: str, raw: bytes) -> None:
    """Put an email into the Maildir as its owner."""
    path = folder / "box" / "tmp" / name
    path.write_bytes(raw)
    shutil.chown(path, "nobody")
    path.rename(folder / "box" / "new" / name)


def take(app: Flask, imap: FeedbackSettings, prepare: Callable[[RecordedApply], None]) -> list[str]:
    """Read a mailbox once; return the addresses that were heard."""
    with recorded_intake(app, Source.IMAP) as (intake, applied), opened_mailbox(imap) as mailbox:
        prepare(applied)
        mailbox.take_all(intake, Event())
        return applied.list_addresses()


def test_mailbox_keeps_what_is_no_report_and_shows_it_unread(
    app: Flask, imap: FeedbackSettings, folder: Path
) -> None:
    put(folder, "a", make_bounce("ada"))
    put(folder, "b", HUMAN)
    put(folder, "c", OUT_OF_ORDER)
    assert take(app, imap, lambda _: None) == ["ada@example.org"]
    left = sorted(each.name.partition(":2,")[::2] for each in mails_in(folder))
    assert [name[0] for name, _ in left] == ["b", "c"]
    assert ["F" in flags for _, flags in left] == [False, True]
    assert not any("S" in flags for _, flags in left)
    assert probe_intake(imap).waiting == 0
    put(folder, "d", make_bounce("bob"))
    assert take(app, imap, lambda _: None) == ["bob@example.org"]


def test_mailbox_keeps_what_meets_a_fault_of_ours_for_the_next_start(
    app: Flask, imap: FeedbackSettings, folder: Path
) -> None:
    put(folder, "a", make_bounce("ada"))
    put(folder, "b", make_bounce("bob"))
    assert take(app, imap, lambda each: setattr(each, "fails_on", b"ada@")) == ["bob@example.org"]
    assert probe_intake(imap).waiting == 1
    assert take(app, imap, lambda _: None) == ["ada@example.org"]
    assert mails_in(folder) == []


def test_long_absence_is_caught_up_at_a_server_that_takes_short_lines_only(
    app: Flask, imap: FeedbackSettings, folder: Path
) -> None:
    for number in range(1_200):
        put(folder, f"{number}", make_bounce(f"n{number}"))
    assert len(take(app, imap, lambda _: None)) == 1_200
    assert mails_in(folder) == []


def test_fifty_megabytes_are_fetched_in_part(
    app: Flask, imap: FeedbackSettings, folder: Path
) -> None:
    put(folder, "a", make_bounce("ada") + b"x" * 50 * 1024 * 1024)
    assert take(app, imap, lambda _: None) == ["ada@example.org"]
    assert mails_in(folder) == []


def test_certificate_that_is_not_trusted_is_refused(
    app: Flask, imap: FeedbackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(IntakeUnreachable):
        probe_intake(imap)


def test_email_that_comes_during_a_search_is_taken_without_waiting_for_idle(
    app: Flask, imap: FeedbackSettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = IMAPClient.search

    def search_as_it_comes(client: IMAPClient, criteria: list[str]) -> list[int]:
        monkeypatch.setattr(IMAPClient, "search", search)
        put(folder, "late", make_bounce("late"))
        found = search(client, criteria)
        client.noop()  # the server tells of it now, and so IDLE won't
        return found

    put(folder, "a", HUMAN)
    take(app, imap, lambda _: None)
    with recorded_intake(app, Source.IMAP) as (intake, applied), opened_mailbox(imap) as mailbox:
        monkeypatch.setattr(IMAPClient, "search", search_as_it_comes)
        mailbox.take_all(intake, Event())
        began = time.monotonic()
        mailbox.wait(Event())
        mailbox.take_all(intake, Event())
        assert applied.list_addresses() == ["late@example.org"]
        assert time.monotonic() - began < 30


def test_email_is_heard_by_idle_before_the_look_of_each_minute(
    app: Flask, imap: FeedbackSettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, ending, is_idle = IMAPClient.idle, Event(), Event()

    def idle_and_tell(client: IMAPClient) -> None:
        idle(client)
        is_idle.set()

    monkeypatch.setattr(IMAPClient, "idle", idle_and_tell)
    with recorded_intake(app, Source.IMAP) as (intake, applied):
        listener = FeedbackListener(app, imap, intake, ending=ending)
        listener.start()
        assert is_idle.wait(30)
        put(folder, "late", make_bounce("late"))
        assert wait_until(lambda: applied.list_addresses() == ["late@example.org"], seconds=30)
        ending.set()
        assert listener.join(30)
