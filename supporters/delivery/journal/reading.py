"""Reads the journal of a lane that ended, and judges what became of each mail of its batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from supporters.delivery.journal.writing import SUFFIX, this_boot
from supporters.delivery.relay.transport import Reply
from supporters.delivery.rules import Outcome

NOT_TRIED = Reply(Outcome.NOT_TRIED, "")
CUT_OFF = Reply(Outcome.UNCERTAIN, "worker ended")


@dataclass(kw_only=True)
class JournalledBatch:
    """What a journal says of the batch that was in hand.

    `is_sound`: every line can be trusted. `is_torn`: it ends in the middle of a line.
    """

    campaign_id: int
    batch: int
    subscriber_ids: Sequence[int]
    replies: dict[int, Reply] = field(default_factory=dict)
    leaving: int | None = None
    is_sound: bool = True
    is_torn: bool = False

    def judge(self) -> Mapping[int, Reply]:
        """Return the reply to each mail. What may have left without an answer is uncertain.

        That is the one mail whose body was leaving. In a torn journal without such a line it is
        the next in turn, and in one from before a power failure all that have no answer.
        """
        unanswered = [each for each in self.subscriber_ids if each not in self.replies]
        doubtful = {self.leaving} if self.leaving is not None else set()
        if not self.is_sound:
            doubtful = {*unanswered}
        elif self.is_torn and not doubtful:
            doubtful = {*unanswered[:1]}
        rest = {each: CUT_OFF if each in doubtful else NOT_TRIED for each in unanswered}
        return {**self.replies, **rest}


class JournalUnreadable(Exception):
    """There is no journal of this lane, or it isn't one: nobody knows what was sent."""


def read_journal(folder: Path, lane: str) -> JournalledBatch | None:
    """Return the batch in a lane's journal; None when it had none in hand.

    Raises JournalUnreadable.
    """
    try:
        text = (folder / f"{lane}{SUFFIX}").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise JournalUnreadable from error
    head, *lines = text.splitlines(keepends=True) or [""]
    words = head.split()
    if not head.endswith("\n") or words[:2] != ["journal", "1"]:
        raise JournalUnreadable
    batch = _read_lines(lines)
    if words[2:] == [this_boot()]:
        return batch
    if batch is None:
        raise JournalUnreadable  # what was written before the power failed may not be there
    batch.is_sound = False
    return batch


def _read_lines(lines: Sequence[str]) -> JournalledBatch | None:
    batch: JournalledBatch | None = None
    for number, line in enumerate(lines, start=1):
        try:
            batch = _read_line(line, batch)
        except (ValueError, KeyError):
            if batch is not None:
                batch.is_torn = batch.is_sound = number == len(lines)
            break
    return batch


def _read_line(line: str, batch: JournalledBatch | None) -> JournalledBatch:
    """Take in one line. Raises ValueError or KeyError when it isn't a whole one."""
    match line.split() if line.endswith("\n") else []:
        case ["batch", campaign_id, number, ids] if batch is None:
            subscriber_ids = [int(each) for each in ids.split(",")]
            return JournalledBatch(
                campaign_id=int(campaign_id), batch=int(number), subscriber_ids=subscriber_ids
            )
        case ["send", subscriber_id] if batch is not None:
            batch.leaving = int(subscriber_id)
            return batch
        case ["got", subscriber_id, outcome, *code] if batch is not None:
            batch.replies[int(subscriber_id)] = Reply(Outcome[outcome], " ".join(code))
            batch.leaving = None
            return batch
    raise ValueError
