"""A real Postfix returns what it can't deliver; we hear it by LMTP, and by IMAP from Dovecot."""

import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from supporters.bounce_classes.classes import BounceClass
from supporters.config import Settings
from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.feedback_listener import FeedbackListener
from supporters.feedback.readers.imap_mailbox import opened_mailbox
from supporters.feedback.readers.intake_probe import probe_intake
from supporters.feedback.reports.report import ReportKind
from supporters.mail.message.envelope_senders import EnvelopeWriter, read_envelope_sender
from supporters.settings.feedback_settings import FeedbackSettings
from tests.faults.receiver.certificates import make_certificate
from tests.feedback.readers.recorded_intake import (
    HUMAN,
    OUT_OF_ORDER,
    RecordedApply,
    make_bounce,
    recorded_intake,
)
from tests.machinery.databases import free_port
from tests.servers.dovecot import PASSWORD, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.processes import wait_until
from tests.servers.relay import OK, Relay

pytestmark = pytest.mark.slow
CAMPAIGN = 7
REPLIES = {
    "nobody.example": "550 5.1.1 No such user here",
    "full.example": "552 5.2.2 Mailbox full",
    "policy.example": "550 5.7.1 Rejected by our policy: spam content",
    "later.example": "450 4.2.1 Mailbox busy, try again later",
    "unsigned.example": "554 5.7.515 Access denied, sending domain doesn't pass authentication",
}
CLASSES = {
    "nobody.example": {BounceClass.NO_MAILBOX},
    "full.example": {BounceClass.FULL},
    "policy.example": {BounceClass.POLICY, BounceClass.CONTENT, BounceClass.REPUTATION},
    "later.example": {BounceClass.TRANSIENT},
    "unsigned.example": {BounceClass.AUTHENTICATION},
    "gone.example": {BounceClass.NO_DOMAIN},
    "good.example": None,
}


@pytest.fixture
def owner() -> tuple[int, int]:
    """Return a user and a group that own mailboxes."""
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@pytest.fixture
def folder(owner: tuple[int, int]) -> Iterator[Path]:
    """Return a folder that every user may enter, with a Maildir."""
    with tempfile.TemporaryDirectory(prefix="mail-") as name:
        made = Path(name)
        made.chmod(0o755)
        for part in ("", "new", "cur", "tmp"):
            (made / "box" / part).mkdir()
            shutil.chown(made / "box" / part, *owner)
        yield made


@pytest.fixture
def lmtp() -> FeedbackSettings:
    """Return the place of our LMTP server."""
    return FeedbackSettings(scheme="lmtp", host="127.0.0.1", port=free_port())


@pytest.fixture
def postfix(
    folder: Path, relay: Relay, lmtp: FeedbackSettings, owner: tuple[int, int]
) -> Iterator[Postfix]:
    """Run Postfix: it relays to domains that refuse in six ways, and returns what it can't."""
    relay.on_rcpt = lambda address: REPLIES.get(address.rpartition("@")[2], OK)
    transports = dict.fromkeys(CLASSES, f"smtp:[127.0.0.1]:{relay.port}")
    transports["gone.example"] = "smtp:[mx.gone.example]:25"
    transports["parti.example"] = f"lmtp:inet:127.0.0.1:{lmtp.port}"
    with running_postfix(folder, transports, mailbox_domain="box.example", owner=owner) as running:
        yield running


@pytest.fixture
def imap(
    folder: Path, owner: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FeedbackSettings]:
    """Run Dovecot on the Maildir; return the place of its mailbox."""
    certificate = make_certificate(folder / "cert.pem")
    shutil.copy(certificate, folder / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_dovecot(folder, folder / "box", owner) as port:
        yield FeedbackSettings(
            scheme="imaps",
            host="127.0.0.1",
            port=port,
            user="bounces",
            path="INBOX",
            password=PASSWORD,
        )


@contextmanager
def listening(app: Flask, place: FeedbackSettings, source: Source) -> Iterator[RecordedApply]:
    """Read from a place in a thread, as the worker does."""
    ending = Event()
    with recorded_intake(app, source) as (intake, applied):
        listener = FeedbackListener(app, place, intake, ending=ending)
        listener.start()
        yield applied
        ending.set()
        assert listener.join(30)


def send_to_all(postfix: Postfix, settings: Settings, domain: str) -> list[str]:
    """Send a message of a campaign to a person at each domain; return the domains in order."""
    writer = EnvelopeWriter(replace(settings, bounce_address=f"bounces@{domain}"), CAMPAIGN)
    for number, each in enumerate(CLASSES):
        postfix.send(writer.write(number), f"ada@{each}")
    return [*CLASSES]


def classes_by_domain(
    applied: RecordedApply, settings: Settings, domains: list[str]
) -> dict[str, BounceClass]:
    """Return what was heard of each domain, by the token alone."""
    found = {}
    for report in applied.reports:
        ids = (read_envelope_sender(settings.secret_keys, each) for each in report.tokens)
        campaign, number = next(filter(None, ids))
        assert (campaign, report.kind) == (CAMPAIGN, ReportKind.BOUNCE)
        found[domains[number]] = report.failures[0].bounce_class
    return found


def assert_each_is_heard(applied: RecordedApply, settings: Settings, domains: list[str]) -> None:
    assert wait_until(lambda: len(applied.reports) >= len(CLASSES) - 1, seconds=60)
    found = classes_by_domain(applied, settings, domains)
    wrong = {
        domain: found.get(domain)
        for domain, expected in CLASSES.items()
        if found.get(domain) not in (expected or {None})
    }
    assert not wrong


def test_bounces_of_six_kinds_come_by_lmtp(
    app: Flask, settings: Settings, postfix: Postfix, lmtp: FeedbackSettings
) -> None:
    with listening(app, lmtp, Source.LMTP) as applied:
        assert wait_until(lambda: is_reached(lmtp), seconds=30)
        assert_each_is_heard(applied, settings, send_to_all(postfix, settings, "parti.example"))


def is_reached(place: FeedbackSettings) -> bool:
    try:
        probe_intake(place)
    except Exception:
        return False
    return True


def test_bounces_of_six_kinds_come_by_imap(
    app: Flask, settings: Settings, postfix: Postfix, imap: FeedbackSettings, folder: Path
) -> None:
    domains = send_to_all(postfix, settings, "box.example")
    with listening(app, imap, Source.IMAP) as applied:
        assert_each_is_heard(applied, settings, domains)
        assert wait_until(lambda: not mails_in(folder))
        put(folder, "late", make_bounce("late"))  # heard by IDLE, not by the look of each minute
        assert wait_until(lambda: "late@example.org" in applied.list_addresses(), seconds=30)


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
    assert not is_reached(imap)
