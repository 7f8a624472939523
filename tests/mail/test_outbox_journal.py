"""No email is sent that a worker can't record; the records survive the worker."""

from pathlib import Path

import pytest

from supporters import clock
from supporters.mail.outbox_recovery import JournalledEmails
from supporters.mail.outbox_results import TAKEN
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.send_journal import CUT_OFF, OF_EMAILS, JournalFull, SendJournal

EMAIL, OTHER = 7, 8
DEFERRED = RelayReply(AttemptOutcome.DEFERRED, "450 4.7.1")


def journal_in(folder: Path, sender: str = "worker-0") -> SendJournal:
    """Return a journal with the intent of an email."""
    journal = SendJournal(folder, sender, OF_EMAILS)
    journal.prepare()
    journal.record_intent(EMAIL)
    return journal


def head() -> str:
    """Return the first line of each journal of this boot."""
    return f"journal 1 {clock.this_boot()}\n"


def found(folder: Path, email_id: int = EMAIL, worker: str = "worker") -> RelayReply | None:
    """Return the result of an email in a worker's journals."""
    return JournalledEmails(folder, worker).find(email_id)


def test_an_email_that_no_journal_names_was_not_sent(tmp_path: Path) -> None:
    assert found(tmp_path) is None
    journal_in(tmp_path)
    assert found(tmp_path, OTHER) is None


def test_an_email_with_an_intent_and_no_result_may_have_been_sent(tmp_path: Path) -> None:
    journal_in(tmp_path)
    assert found(tmp_path) == CUT_OFF


@pytest.mark.parametrize("reply", [TAKEN, DEFERRED])
def test_a_result_is_written_with_the_next_intent_or_at_the_end(
    tmp_path: Path, reply: RelayReply
) -> None:
    journal = journal_in(tmp_path)
    journal.record_reply(EMAIL, reply)
    assert found(tmp_path) == CUT_OFF
    journal.record_intent(OTHER)
    assert (found(tmp_path), found(tmp_path, OTHER)) == (reply, CUT_OFF)
    journal.record_reply(OTHER, reply)
    journal.flush()
    assert found(tmp_path, OTHER) == reply


def test_a_cleared_journal_names_nothing_and_goes_on(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.clear()
    assert found(tmp_path) is None
    journal.record_intent(OTHER)
    assert (found(tmp_path), found(tmp_path, OTHER)) == (None, CUT_OFF)


def test_an_intent_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalFull):
        journal_in(tmp_path / "nowhere")


def test_a_journal_of_an_earlier_boot_means_that_emails_without_a_result_may_have_been_sent(
    tmp_path: Path,
) -> None:
    journal = journal_in(tmp_path)
    journal.record_reply(EMAIL, DEFERRED)
    journal.flush()
    path = tmp_path / "worker-0.outbox"
    path.write_text(path.read_text().replace(clock.this_boot(), "another-boot"))
    assert (found(tmp_path), found(tmp_path, OTHER)) == (DEFERRED, CUT_OFF)


def test_a_journal_is_there_before_anything_is_claimed_and_keeps_its_boot(tmp_path: Path) -> None:
    journal = SendJournal(tmp_path, "worker-0", OF_EMAILS)
    journal.prepare()
    for _ in range(2):
        assert (tmp_path / "worker-0.outbox").read_text() == head()
        journal.record_intent(EMAIL)
        journal.clear()


def test_without_a_journal_nothing_is_claimed(tmp_path: Path) -> None:
    with pytest.raises(JournalFull):
        SendJournal(tmp_path / "nowhere", "worker-0", OF_EMAILS).prepare()


@pytest.mark.parametrize("torn", [b"send 8", b"go", b""])
def test_a_line_that_a_kill_tore_was_not_acted_on(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "worker-0.outbox").write_bytes(f"{head()}send 7\n".encode() + torn)
    assert (found(tmp_path), found(tmp_path, OTHER)) == (CUT_OFF, None)


@pytest.mark.parametrize(
    "broken", [b"\0\0\0\0", b"got 7\n", b"got 7 WELL 250\n", b"x y\n", b"\xe9"]
)
def test_a_journal_that_cannot_be_read_means_that_all_may_have_been_sent(
    tmp_path: Path, broken: bytes
) -> None:
    for beginning in (b"", head().encode()):
        (tmp_path / "worker-0.outbox").write_bytes(beginning + broken)
        assert found(tmp_path, OTHER) == CUT_OFF


def test_only_the_journals_of_this_worker_are_read_and_deleted(tmp_path: Path) -> None:
    journal_in(tmp_path), journal_in(tmp_path, "other-0")
    JournalledEmails(tmp_path, "worker").delete()
    assert (found(tmp_path), found(tmp_path, worker="other")) == (None, CUT_OFF)


def test_what_another_journal_says_of_a_later_attempt_counts(tmp_path: Path) -> None:
    first, second = journal_in(tmp_path), journal_in(tmp_path, "worker-1")
    first.record_reply(EMAIL, DEFERRED)
    first.flush()
    assert found(tmp_path) == CUT_OFF
    second.record_reply(EMAIL, TAKEN)
    second.flush()
    assert found(tmp_path) == TAKEN
