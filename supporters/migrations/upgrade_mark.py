"""The mark of an upgrade in the instance folder: from its proof to its end, or to its way back."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from supporters.disk_probe import replace_whole

MARK = "upgrade-under-way.json"
HOW_TO_GO_ON = (
    "As root run supporters-release upgrade to go on, or supporters-release back to return to the "
    "release before."
)


@dataclass(frozen=True, kw_only=True)
class UpgradeMark:
    """An upgrade that was proved: the migrations that it leads between, and how far it came."""

    program: str
    before: str
    after: str
    backup: str
    known_faults: tuple[str, ...]
    step: str = "proved"


def find_mark(folder: Path) -> UpgradeMark | None:
    """Return the mark of an upgrade that hasn't ended, if there is one."""
    with suppress(OSError, ValueError, TypeError):
        found = json.loads((folder / MARK).read_bytes())
        return UpgradeMark(**{**found, "known_faults": (*found["known_faults"],)})
    return None


def write_mark(folder: Path, mark: UpgradeMark) -> None:
    """Store the mark, in one step. Raises OSError."""
    replace_whole(folder / MARK, json.dumps(asdict(mark)).encode())


def delete_mark(folder: Path) -> None:
    """Delete the mark: the upgrade has ended, or never was."""
    (folder / MARK).unlink(missing_ok=True)


def describe_mark(folder: Path) -> str:
    """Return a sentence about an upgrade that hasn't ended; empty without one."""
    mark = find_mark(folder)
    if mark is None:
        return ""
    return (
        f"An upgrade to Supporters {mark.program} has begun on this machine and hasn't ended (it "
        f"came to: {mark.step}). If nobody is at it: {HOW_TO_GO_ON}"
    )
