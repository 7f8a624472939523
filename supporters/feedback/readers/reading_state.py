"""The last acts of the reader of this machine, in a file of the instance folder."""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from supporters import clock
from supporters.extensions import current_settings
from supporters.logs import log_failure


@dataclass(frozen=True, kw_only=True)
class ReadingState:
    """When this machine looked and read last, how many emails so far, and why it can't read now.

    `left` emails stand in the mailbox still: they were not reports about emails of ours.
    """

    looked_at: datetime | None = None
    read_at: datetime | None = None
    read: int = 0
    left: int = 0
    problem: str = ""


def state_file() -> Path:
    """Return the file."""
    return current_settings().instance_dir / "feedback.json"


def load_state() -> ReadingState:
    """Return the state; an empty one if nothing was read here, or the file is damaged."""
    try:
        fields = json.loads(state_file().read_bytes())
        times = {
            name: None if fields[name] is None else datetime.fromisoformat(fields[name])
            for name in ("looked_at", "read_at")
        }
        return ReadingState(
            **times,
            read=int(fields["read"]),
            left=int(fields["left"]),
            problem=str(fields["problem"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ReadingState()


def record_look() -> None:
    """Record that nothing waits."""
    _store(replace(load_state(), looked_at=clock.now(), problem=""))


def record_batch(read: int, left: int) -> None:
    """Record a batch that was applied, and how many of its emails stay in the mailbox."""
    now, state = clock.now(), load_state()
    counts = {"read": state.read + read, "left": state.left + left}
    _store(replace(state, looked_at=now, read_at=now, problem="", **counts))


def record_problem(error: BaseException) -> None:
    """Record why nothing can be read. Messages of servers can quote addresses: only the kind."""
    _store(replace(load_state(), problem=type(error).__name__))


def _store(state: ReadingState) -> None:
    fields = asdict(state)
    for name in ("looked_at", "read_at"):
        fields[name] = fields[name] and fields[name].isoformat()
    fresh = state_file().with_suffix(f".{os.getpid()}.new")
    try:
        fresh.write_text(json.dumps(fields), encoding="utf-8")
        fresh.replace(state_file())
    except OSError as error:
        log_failure("feedback.state_not_stored", error)
