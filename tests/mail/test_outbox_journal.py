"""No email is sent that a worker can't record; the records survive the worker."""

from pathlib import Path

import pytest
from flask import Flask

from supporters import clock, tasks
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.send_journal.claim_recovery import recover_dead_workers
from supporters.delivery.send_journal.worker_registry import current_outbox_journal, worker_folder
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_journal import OutboxJournal, OutboxJournalState
from supporters.mail.outbox_recovery import recover_emails
from supporters.mail.outbox_sender import LOST, send_email
from supporters.mail.rules import LATER_RETRIES
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.processes import environment_of, started, wait_until
from tests.relay import Received, Relay
from tests.rude_server import Odd, RudeServer

EMAIL = 7
LONGER_THAN_A_WORKER_WAITS = 60


def test_a_sign_is_there_from_the_body_to_the_outcome(app: Flask, relay: Relay) -> None:
    journal, seen = current_outbox_journal(), []

    def look(_mail: Received) -> str:
        seen.append(journal.judge(email_id))
        return "250 OK"

    email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
    relay.on_body = look
    assert journal.judge(email_id) is OutboxJournalState.NOT_BEGUN
    tasks.send_letter(email_id)
    assert seen == [OutboxJournalState.LEAVING]
    assert [*worker_folder().glob("*.letter")] == []


def test_an_email_that_cannot_be_journalled_waits(app: Flask, relay: Relay, tmp_path: Path) -> None:
    email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
    send_email(email_id, OutboxJournal(tmp_path / "nowhere", "worker"))
    db.session.rollback()
    email = db.session.get_one(OutboxEmail, email_id)
    assert (relay.mails, email.status) == ([], EmailStatus.QUEUED)


def test_an_accepted_email_stays_accepted_when_the_disk_is_full(tmp_path: Path) -> None:
    OutboxJournal(tmp_path / "nowhere", "worker").note_taken(EMAIL)
    journal = OutboxJournal(tmp_path, "worker")
    journal.note_leaving(EMAIL)
    journal.note_taken(EMAIL)
    assert journal.judge(EMAIL) is OutboxJournalState.TAKEN


@pytest.mark.parametrize("torn", ["", "tak", "\0\0\0\0\0", "é"])
def test_a_torn_file_means_that_the_email_may_have_been_sent(tmp_path: Path, torn: str) -> None:
    (tmp_path / f"worker-{EMAIL}.letter").write_text(torn)
    assert OutboxJournal(tmp_path, "worker").judge(EMAIL) is OutboxJournalState.LEAVING


def test_only_the_files_of_this_worker_are_deleted(tmp_path: Path) -> None:
    mine, other = (OutboxJournal(tmp_path, name) for name in ("mine", "other"))
    for journal in (mine, other):
        journal.note_leaving(EMAIL)
    mine.forget_all()
    assert (mine.judge(EMAIL), other.judge(EMAIL)) == (
        OutboxJournalState.NOT_BEGUN,
        OutboxJournalState.LEAVING,
    )


class Overtaken(OutboxJournal):
    """A journal whose emails another recovery settles just before their files are read."""

    def judge(self, email_id: int) -> OutboxJournalState:
        """Return the state after the other recovery."""
        recover_emails(OutboxJournal(self.folder, self.worker), clock.now())
        return super().judge(email_id)


def test_two_recoveries_at_once_do_not_delete_each_others_files(app: Flask, tmp_path: Path) -> None:
    email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
    email = db.session.get_one(OutboxEmail, email_id)
    email.status, email.claimed_by = EmailStatus.SENDING, "worker"
    db.session.commit()
    OutboxJournal(tmp_path, "worker").note_leaving(email_id)
    recover_emails(Overtaken(tmp_path, "worker"), clock.now())
    db.session.rollback()
    email = db.session.get_one(OutboxEmail, email_id)
    assert (email.status, email.last_reply) == (EmailStatus.QUEUED, LOST)
    assert email.next_attempt_at > clock.now() + LATER_RETRIES / 2


@pytest.mark.slow
def test_an_email_that_outlasts_the_end_of_a_worker_is_recovered(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
    with RudeServer({"RCPT": Odd("250 fine", seconds_before=LONGER_THAN_A_WORKER_WAITS)}) as server:
        environment = {**environment_of(settings), "SUPPORTERS_MAIL_PORT": str(server.port)}
        with started(environment, "worker", log=tmp_path / "worker.log"):
            assert wait_until(lambda: "RCPT" in server.commands, seconds=60)
    db.session.rollback()
    assert db.session.get_one(OutboxEmail, email_id).status is EmailStatus.SENDING
    recover_dead_workers(clock.now())
    assert db.session.get_one(OutboxEmail, email_id).status is EmailStatus.QUEUED
