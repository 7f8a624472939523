"""A report counts what would be recorded from the journals; nothing changes."""

from pathlib import Path

import pytest
from flask import Flask

from supporters.clock import this_boot
from supporters.delivery.send_journal.journal_report import (
    JournalReport,
    JournalState,
    WorkerState,
    count_waiting_for_recovery,
    inspect_journals,
)
from supporters.delivery.send_journal.worker_registry import (
    DeadWorker,
    current_worker,
    forget_worker,
    sender_name,
    worker_folder,
)
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.send_journal import SendJournal
from tests.factories.campaigns import ACCEPTED, DEFERRED

pytestmark = pytest.mark.usefixtures("app")

BEGUN = f"journal 1 {this_boot()}\nbatch 3 7 11,12,13\nsend 11\ngot 11 ACCEPTED 250\n"


def write(sender: str, text: str) -> None:
    (worker_folder() / f"{sender}.journal").write_text(text)


def die(name: str) -> None:
    """Make the lock of a worker that was killed."""
    (worker_folder() / f"{name}.lock").touch()


def only_report() -> JournalReport:
    (report,) = inspect_journals()
    return report


def test_without_a_worker_there_is_no_journal() -> None:
    assert inspect_journals() == []


def test_an_idle_sender_has_no_claim() -> None:
    SendJournal(worker_folder(), sender_name(0)).prepare()
    report = only_report()
    assert (report.worker, report.state, report.people) == (WorkerState.ALIVE, JournalState.IDLE, 0)


def test_the_batch_of_a_living_sender_is_counted_by_result() -> None:
    journal = SendJournal(worker_folder(), sender_name(2))
    journal.prepare()
    journal.begin(3, 7, [11, 12, 13, 14])
    for subscriber_id, reply in ((11, ACCEPTED), (12, DEFERRED)):
        journal.record_intent(subscriber_id)
        journal.record_reply(subscriber_id, reply)
    journal.record_intent(13)
    assert only_report() == JournalReport(
        sender=f"{current_worker()}-2",
        worker=WorkerState.ALIVE,
        state=JournalState.SOUND,
        campaign_id=3,
        batch=7,
        people=4,
        outcomes={
            AttemptOutcome.ACCEPTED: 1,
            AttemptOutcome.DEFERRED: 1,
            AttemptOutcome.UNCERTAIN: 1,
            AttemptOutcome.NOT_TRIED: 1,
        },
    )


@pytest.mark.parametrize(
    ("text", "state", "uncertain"),
    [
        (BEGUN, JournalState.SOUND, 0),
        (f"{BEGUN}send 12\n", JournalState.SOUND, 1),
        (f"{BEGUN}sen", JournalState.TORN, 1),
        (BEGUN.replace("send 11\n", "se\0d 11\n"), JournalState.DOUBTFUL, 3),
        (BEGUN.replace(this_boot(), "another-boot"), JournalState.DOUBTFUL, 2),
    ],
)
def test_a_damaged_journal_says_so(text: str, state: JournalState, uncertain: int) -> None:
    die("gone")
    write("gone-0", text)
    report = only_report()
    assert (report.worker, report.state) == (WorkerState.DEAD, state)
    assert report.outcomes.get(AttemptOutcome.UNCERTAIN, 0) == uncertain


@pytest.mark.parametrize("text", ["journal", "something else\n"])
def test_a_file_that_is_no_journal_is_unreadable(text: str) -> None:
    write("gone-0", text)
    assert (only_report().state, only_report().worker) == (
        JournalState.UNREADABLE,
        WorkerState.UNKNOWN,
    )


def test_a_dead_worker_waits_until_a_sweep_has_seen_it() -> None:
    die("gone")
    write("gone-0", BEGUN)
    assert count_waiting_for_recovery() == 1
    forget_worker(DeadWorker("gone", is_news=True))
    assert (count_waiting_for_recovery(), only_report().worker) == (0, WorkerState.RECOVERED)


def test_looking_changes_no_file(app: Flask) -> None:
    die("gone")
    write("gone-0", f"{BEGUN}sen")
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    inspect_journals()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
