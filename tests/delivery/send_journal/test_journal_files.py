"""The journal has the result of each email, wherever the process ended."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from supporters.clock import this_boot
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.send_journal import (
    CUT_OFF,
    NOT_TRIED,
    JournalFull,
    JournalledAttempts,
    SendJournal,
    judge_emails,
    read_journal,
)
from supporters.smtp_relay.transport import RelayReply

SENDER = "worker-0"
IDS = [11, 22, 33, 44]
HEAD = f"journal 1 {this_boot()}\n"
ACCEPTED = RelayReply(AttemptOutcome.ACCEPTED, "250")
DEFERRED = RelayReply(AttemptOutcome.DEFERRED, "450")
REFUSED_US = RelayReply(AttemptOutcome.NOT_TRIED, "MAIL 530")


@pytest.fixture
def journal(tmp_path: Path) -> SendJournal:
    """Return a journal with a batch of four emails begun."""
    journal = SendJournal(tmp_path, SENDER)
    journal.prepare()
    journal.begin(7, 3, IDS)
    return journal


def path(folder: Path) -> Path:
    """Return the file of the journal."""
    return folder / f"{SENDER}.journal"


@contextmanager
def full_disk(after: int = 0) -> Iterator[None]:
    """Limit the files of this process to this many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)


def judged(folder: Path) -> list[RelayReply]:
    """Return the results of the four emails from the journal."""
    batch = read_journal(path(folder))
    assert (batch.campaign_id, batch.batch) == (7, 3)
    verdict = batch.judge()
    return [verdict[each] for each in IDS]


def test_a_batch_just_begun_has_sent_nothing(journal: SendJournal, tmp_path: Path) -> None:
    assert judged(tmp_path) == [NOT_TRIED] * 4


def test_answered_emails_are_known_and_the_one_being_sent_is_uncertain(
    journal: SendJournal, tmp_path: Path
) -> None:
    journal.record_intent(11)
    journal.record_reply(11, ACCEPTED)
    journal.record_intent(22)
    journal.record_reply(22, DEFERRED)
    journal.record_intent(33)
    assert judged(tmp_path) == [ACCEPTED, DEFERRED, CUT_OFF, NOT_TRIED]


def test_an_answer_is_written_at_the_latest_with_the_next_intent(
    journal: SendJournal, tmp_path: Path
) -> None:
    journal.record_intent(11)
    journal.record_reply(11, ACCEPTED)
    assert judged(tmp_path) == [CUT_OFF, NOT_TRIED, NOT_TRIED, NOT_TRIED]
    journal.flush()
    assert judged(tmp_path) == [ACCEPTED, NOT_TRIED, NOT_TRIED, NOT_TRIED]


def test_a_refusal_in_words_is_read_as_it_was_written(journal: SendJournal, tmp_path: Path) -> None:
    journal.record_reply(11, REFUSED_US)
    journal.flush()
    assert judged(tmp_path)[0] == REFUSED_US


def test_a_journal_that_was_cleared_has_no_batch(journal: SendJournal, tmp_path: Path) -> None:
    journal.record_intent(11)
    journal.clear()
    assert read_journal(path(tmp_path)).batch is None


def test_the_next_batch_can_be_begun_after_clearing(journal: SendJournal, tmp_path: Path) -> None:
    journal.clear()
    journal.prepare()
    journal.begin(8, 1, [55])
    batch = read_journal(path(tmp_path))
    assert (batch.campaign_id, batch.subscriber_ids) == (8, [55])


@pytest.mark.parametrize("cut", range(1, len("send 22\n")))
def test_a_torn_intent_makes_the_next_email_uncertain(
    journal: SendJournal, tmp_path: Path, cut: int
) -> None:
    journal.record_intent(11)
    journal.record_reply(11, ACCEPTED)
    journal.record_intent(22)
    os.truncate(path(tmp_path), path(tmp_path).stat().st_size - cut)
    assert judged(tmp_path) == [ACCEPTED, CUT_OFF, NOT_TRIED, NOT_TRIED]


@pytest.mark.parametrize("cut", range(1, len("got 11 ACCEPTED 250\n")))
def test_a_torn_answer_leaves_its_email_uncertain_and_no_other(
    journal: SendJournal, tmp_path: Path, cut: int
) -> None:
    journal.record_intent(11)
    journal.record_reply(11, ACCEPTED)
    journal.flush()
    os.truncate(path(tmp_path), path(tmp_path).stat().st_size - cut)
    assert judged(tmp_path) == [CUT_OFF, NOT_TRIED, NOT_TRIED, NOT_TRIED]


def test_after_a_power_failure_whatever_has_no_answer_is_uncertain(
    journal: SendJournal, tmp_path: Path
) -> None:
    journal.record_intent(11)
    journal.record_reply(11, ACCEPTED)
    journal.flush()
    head, _, rest = path(tmp_path).read_text().partition("\n")
    path(tmp_path).write_text(f"{head.rpartition(' ')[0]} another-boot\n{rest}")
    assert judged(tmp_path) == [ACCEPTED, CUT_OFF, CUT_OFF, CUT_OFF]


def test_a_line_of_garbage_makes_whatever_has_no_answer_uncertain(
    journal: SendJournal, tmp_path: Path
) -> None:
    with path(tmp_path).open("a") as file:
        file.write("got 11 ACCEPTED 250\nwhat?\ngot 22 ACCEPTED 250\n")
    assert judged(tmp_path) == [ACCEPTED, CUT_OFF, CUT_OFF, CUT_OFF]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"journ"),
        lambda file: file.write_bytes(b"\xff\xfe\x00"),
        lambda file: file.write_bytes(b"journal 9 boot\n"),
        lambda file: file.write_bytes(f"journal 1 {this_boot()}".encode()),
    ],
)
def test_a_file_that_is_no_journal_has_no_sound_line(
    journal: SendJournal, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(path(tmp_path))
    assert read_journal(path(tmp_path)) == JournalledAttempts(is_sound=False)


def test_a_journal_that_can_not_be_made_says_so(tmp_path: Path) -> None:
    path(tmp_path).mkdir()
    with pytest.raises(JournalFull):
        SendJournal(tmp_path, SENDER).prepare()


def test_the_head_is_on_the_disk_before_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bytes, bool]] = []
    fsync = os.fsync

    def note_sync(file: int) -> None:
        fsync(file)
        synced.append((os.pread(file, 100, 0), path(tmp_path).exists()))

    monkeypatch.setattr(os, "fsync", note_sync)
    SendJournal(tmp_path, SENDER).prepare()
    assert synced == [(path(tmp_path).read_bytes(), False)]


def test_a_full_disk_is_said_before_anything_is_sent(journal: SendJournal) -> None:
    journal.record_reply(11, ACCEPTED)
    with full_disk(), pytest.raises(JournalFull):
        journal.record_intent(22)


def test_half_a_line_on_a_full_disk_is_said_too(journal: SendJournal, tmp_path: Path) -> None:
    with full_disk(after=path(tmp_path).stat().st_size + 3), pytest.raises(JournalFull):
        journal.record_intent(11)
    assert judged(tmp_path) == [CUT_OFF, NOT_TRIED, NOT_TRIED, NOT_TRIED]


def test_once_there_is_room_the_next_batch_can_be_begun(
    journal: SendJournal, tmp_path: Path
) -> None:
    with full_disk(), pytest.raises(JournalFull):
        journal.record_intent(11)
    journal.clear()
    journal.begin(8, 1, [55])
    assert read_journal(path(tmp_path)).subscriber_ids == [55]


def without_batch(folder: Path, *answers: RelayReply, sender: str = SENDER) -> None:
    """Write the journal of a sender of the outbox: some answers, and the intent of the next."""
    journal = SendJournal(folder, sender)
    journal.prepare()
    for message_id, reply in zip(IDS, answers, strict=False):
        journal.record_reply(message_id, reply)
    journal.record_intent(IDS[len(answers)])
    journal.close()


def judged_of_all(folder: Path) -> list[RelayReply]:
    """Return the results of the four emails from all journals of a folder."""
    journals = [read_journal(each) for each in sorted(folder.glob("*.journal"))]
    return [*judge_emails(journals, IDS).values()]


def test_without_a_journal_no_email_was_sent(tmp_path: Path) -> None:
    assert judged_of_all(tmp_path) == [NOT_TRIED] * 4


def test_a_journal_without_a_batch_tells_of_the_emails_that_it_names(tmp_path: Path) -> None:
    without_batch(tmp_path, ACCEPTED, DEFERRED)
    assert judged_of_all(tmp_path) == [ACCEPTED, DEFERRED, CUT_OFF, NOT_TRIED]


def test_a_cleared_journal_keeps_its_first_line(tmp_path: Path) -> None:
    journal = SendJournal(tmp_path, SENDER)
    journal.prepare()
    for _ in range(2):
        assert path(tmp_path).read_text() == HEAD
        journal.record_intent(11)
        journal.clear()
    assert judged_of_all(tmp_path) == [NOT_TRIED] * 4


@pytest.mark.parametrize("torn", ["send 8", "go", ""])
def test_a_line_that_a_kill_tore_was_not_acted_on(tmp_path: Path, torn: str) -> None:
    path(tmp_path).write_text(f"{HEAD}send 11\n{torn}")
    assert judged_of_all(tmp_path) == [CUT_OFF, NOT_TRIED, NOT_TRIED, NOT_TRIED]


@pytest.mark.parametrize("broken", [b"\0\0\0", b"got 7\n", b"got 7 WELL 250\n", b"x y\n", b"\xe9"])
def test_after_a_broken_line_all_may_have_been_sent(tmp_path: Path, broken: bytes) -> None:
    for beginning in (b"", HEAD.encode()):
        path(tmp_path).write_bytes(beginning + broken)
        assert judged_of_all(tmp_path) == [CUT_OFF] * 4


def test_what_another_journal_says_of_a_later_attempt_counts(tmp_path: Path) -> None:
    without_batch(tmp_path, DEFERRED)
    without_batch(tmp_path, ACCEPTED, ACCEPTED, sender="worker-1")
    without_batch(tmp_path, DEFERRED, DEFERRED, DEFERRED, sender="worker-2")
    assert judged_of_all(tmp_path) == [ACCEPTED, ACCEPTED, CUT_OFF, CUT_OFF]


@hypothesis_settings(derandomize=True, deadline=None, max_examples=200)
@given(
    answered=st.integers(0, 4), is_leaving=st.booleans(), share=st.floats(0, 1, exclude_max=True)
)
def test_wherever_it_is_cut_no_answer_is_made_up(
    tmp_path_factory: pytest.TempPathFactory, answered: int, is_leaving: bool, share: float
) -> None:
    place = tmp_path_factory.mktemp("journal")
    journal = SendJournal(place, SENDER)
    journal.prepare()
    begun_at = path(place).stat().st_size
    journal.begin(7, 3, IDS)
    for each in IDS[:answered]:
        journal.record_intent(each)
        journal.record_reply(each, ACCEPTED)
        journal.flush()
    if is_leaving and answered < len(IDS):
        journal.record_intent(IDS[answered])
    size = path(place).stat().st_size
    os.truncate(path(place), begun_at + int(share * (size - begun_at)))
    verdict = read_journal(path(place)).judge()
    known = [each for each, reply in verdict.items() if reply == ACCEPTED]
    assert known == IDS[: len(known)]
    assert len(known) <= answered
    assert sum(reply == CUT_OFF for reply in verdict.values()) <= 1
    journal.close()
