"""Checkpoints reveal a recomputed or truncated tree (REQ-21); the officer gets the latest."""

import email.policy
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import event

from supporters import clock
from supporters.audit.checkpoint_comparison import (
    ComparisonResult,
    compare_checkpoint,
    compare_last_checkpoint,
)
from supporters.audit.checkpoint_mail import mail_checkpoint
from supporters.audit.log_verification import verify
from supporters.audit.restorations import NothingLost, record_restoration
from supporters.consent.consent_events import find_controller
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression, Wording
from supporters.consent.record_forms import describe_event
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.models import Subscriber
from supporters.transparency_log.checkpoint_store import (
    checkpoints_file,
    find_external_checkpoint,
    list_external_checkpoints,
)
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    extract_checkpoints,
)
from supporters.transparency_log.leaf_store import leaves_file
from supporters.transparency_log.log_records import person_key, signing_key
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_origin
from tests.factories.consent.consent_log import acknowledge_restorations, forget_birth
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import in_threads
from tests.servers.relay import Relay

pytestmark = pytest.mark.either_database
DAY = timedelta(days=1)


@made_once
def anna(app: Flask) -> Subscriber:
    """Return a subscriber whose consent is sealed."""
    person = make_subscriber("anna@example.org", make_list())
    seal()
    return person


def last() -> Checkpoint:
    external = find_external_checkpoint()
    assert external is not None
    return external


def seal_without_file() -> None:
    """Seal without a line in the file, like an attacker with the signing key."""
    external = checkpoints_file().read_bytes()
    leaves_file(log_origin()).unlink(missing_ok=True)
    seal()
    checkpoints_file().write_bytes(external)


def faults() -> list[str]:
    return [str(each) for each in verify(clock.now()).faults]


def test_a_tree_that_grew_contains_every_earlier_checkpoint(anna: Subscriber) -> None:
    first = last()
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    comparison = compare_checkpoint(first)
    assert (comparison.verdict, len(comparison.path) > 0) == (ComparisonResult.CONTAINED, True)


@pytest.mark.both_databases
def test_an_external_checkpoint_reveals_a_recomputed_tree(anna: Subscriber) -> None:
    with transaction():
        event = db.session.scalars(
            db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.CONFIRMED)
        ).one()
        event.page_url = "https://elsewhere.example/"
        wording = db.session.get(Wording, event.wording_id)
        controller, key = find_controller(event), person_key(anna.log_salt)
        forged = describe_event(event, wording, None, controller=controller, key=key)
        entry = db.session.get_one(LogEntry, (forged.kind, forged.id))
        entry.commitment = forged.commitment
        db.session.execute(db.update(LogEntry).values(position=None))
        db.session.execute(db.delete(LogTile))
        db.session.execute(db.delete(LogCheckpoint))
        forget_birth()
    seal_without_file()
    assert compare_checkpoint(last()).verdict is ComparisonResult.DIFFERENT
    (fault,) = faults()
    assert fault.startswith("heads.jsonl line 1: the checkpoint of")


def test_a_checkpoint_that_is_sealed_meanwhile_is_no_fault(anna: Subscriber, app: Flask) -> None:
    begun: list[bool] = []
    subscriber_id = anna.id

    def leave_and_seal() -> None:
        unsubscribe_from_every_list(subscriber_id, Method.PAGE)
        seal()

    @event.listens_for(db.engine, "after_cursor_execute")
    def seal_meanwhile(_: object, __: object, statement: str, *___: object) -> None:
        if "FROM log_checkpoint" in statement and not begun:
            begun.append(True)
            in_threads(app, [leave_and_seal])

    assert faults() == []
    assert len([*list_external_checkpoints()]) == 2
    assert faults() == []


@pytest.fixture
def restored_backup(anna: Subscriber) -> Checkpoint:
    """Restore the state before Anna unsubscribed; return the checkpoint that has it."""
    before = find_latest_checkpoint()
    assert before is not None
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    with transaction():
        for entry in db.session.scalars(
            db.select(LogEntry).where(LogEntry.position >= before.size)
        ):
            db.session.delete(entry)
        db.session.execute(db.delete(LogCheckpoint).where(LogCheckpoint.size > before.size))
        db.session.execute(db.update(LogTile).values(hashes=tile_of(before.size)))
        db.session.execute(db.delete(ConsentEvent).where(ConsentEvent.kind == EventKind.WITHDRAWN))
        db.session.execute(db.delete(Suppression))
    return last()


def tile_of(size: int) -> bytes:
    return db.session.scalars(db.select(LogTile.hashes)).one()[: 32 * size]


def test_an_external_checkpoint_reveals_a_restored_database(restored_backup: Checkpoint) -> None:
    comparison = compare_last_checkpoint()
    assert comparison is not None
    assert comparison.verdict is ComparisonResult.LONGER
    assert [each.partition(":")[0] for each in faults()] == ["heads.jsonl line 2"]


def restore(lost: Checkpoint, now: datetime | None = None) -> None:
    with transaction():
        record_restoration(lost.text, 0, now or clock.now())


def test_a_restoration_declares_only_its_own_loss(restored_backup: Checkpoint) -> None:
    restore(restored_backup)
    seal()
    assert compare_checkpoint(restored_backup).verdict is ComparisonResult.LOST
    assert len(faults()) == 2
    acknowledge_restorations()
    report = verify(clock.now())
    assert ([*map(str, report.faults)], len(report.notes)) == ([], 2)
    assert [
        each and compare_checkpoint(each).verdict for _, each in list_external_checkpoints()
    ] == [ComparisonResult.CONTAINED, ComparisonResult.ACKNOWLEDGED, ComparisonResult.CONTAINED]


@pytest.mark.both_databases
def test_a_restoration_hides_no_alteration_of_older_entries(restored_backup: Checkpoint) -> None:
    restore(restored_backup)
    seal()
    with transaction():
        db.session.execute(db.update(LogEntry).values(position=None))
        db.session.execute(
            db.update(LogEntry).where(LogEntry.kind == "wording").values(commitment=bytes(32))
        )
        db.session.execute(db.delete(LogTile))
        db.session.execute(db.delete(LogCheckpoint))
        forget_birth()
    seal_without_file()
    verdicts = [
        each and compare_checkpoint(each).verdict for _, each in list_external_checkpoints()
    ]
    assert verdicts[0] is ComparisonResult.DIFFERENT


def test_a_restoration_does_not_excuse_later_checkpoints(restored_backup: Checkpoint) -> None:
    restore(restored_backup, clock.now() - timedelta(days=1))
    assert compare_checkpoint(restored_backup).verdict is ComparisonResult.LONGER


def test_a_restoration_without_its_entry_excuses_nothing(restored_backup: Checkpoint) -> None:
    restore(restored_backup)
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.kind == "restored"))
    assert compare_checkpoint(restored_backup).verdict is ComparisonResult.LONGER


def test_existing_entries_cannot_be_declared_lost(anna: Subscriber) -> None:
    with pytest.raises(NothingLost):
        restore(last())


def test_a_checkpoint_that_we_did_not_sign_cannot_be_declared_lost(anna: Subscriber) -> None:
    with pytest.raises(CheckpointInvalid), transaction():
        record_restoration(last().text.replace("consent-log", "another-log"), 0, clock.now())


@pytest.mark.both_databases
def test_a_checkpoint_of_another_key_is_reported(anna: Subscriber) -> None:
    line = checkpoints_file().read_text().replace("consent-log", "another-log")
    checkpoints_file().write_text(line)
    comparison = compare_last_checkpoint()
    assert comparison is not None
    assert comparison.verdict is ComparisonResult.FOREIGN
    assert faults() == ["heads.jsonl line 1: this log didn't sign it"]


def emails_with(text: str) -> Iterator[bytes]:
    """Yield emails with a text, in the formats in which mail programs save them."""
    for encoding in ("base64", "quoted-printable", "8bit"):
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["Subject"] = "Registre des consentements"
        mail.set_content(f"Bonjour,\n\n{text}\nMerci.\n", charset="utf-8", cte=encoding)
        yield bytes(mail)


def test_checkpoints_are_found_in_every_file_format(anna: Subscriber) -> None:
    text, key = last().text, signing_key().public_key()
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    for raw in (
        text.encode(),
        quoted.encode(),
        checkpoints_file().read_bytes(),
        *emails_with(text),
    ):
        assert [*extract_checkpoints(raw, key)] == [last()]


def test_a_checkpoint_of_another_log_is_reported(anna: Subscriber) -> None:
    forged = last().text.replace("consent-log", "another-log")
    assert [*extract_checkpoints(forged.encode(), signing_key().public_key())] == [forged]


def test_an_empty_log_mails_nothing(app: Flask) -> None:
    assert not mail_checkpoint(clock.now())


@pytest.mark.both_databases
def test_a_checkpoint_is_mailed_once_a_day_and_only_if_it_changed(app: Flask) -> None:
    national = make_list()
    seal()
    now = clock.now()
    assert [mail_checkpoint(now), mail_checkpoint(now), mail_checkpoint(now + 2 * DAY)] == [
        True,
        False,
        False,
    ]
    with clock.pretend(now + timedelta(seconds=1)):
        make_subscriber("anna@example.org", national)
        seal()
    assert [mail_checkpoint(now + DAY / 2), mail_checkpoint(now + DAY)] == [False, True]


def test_the_mail_as_saved_can_be_compared(app: Flask, relay: Relay) -> None:
    make_list()
    seal()
    mail_checkpoint(clock.now())
    send_due_emails()
    (mail,) = relay.mails_to(current_settings().dpo_contact)
    found = [*extract_checkpoints(mail.raw, signing_key().public_key())]
    assert found == [find_external_checkpoint()]
