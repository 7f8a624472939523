"""Gathers what is left of the time after a backup: journals of rights, and heads kept outside."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from supporters.cli.reading import read_heads
from supporters.cli.speaking import refuse
from supporters.consent.journal import Taking, journal_path, read_takings
from supporters.consent.log.checkpoints import Checkpoint, CheckpointInvalid
from supporters.consent.log.finding import find_newest
from supporters.consent.log.keeping import find_last_head, heads_file
from supporters.extensions import current_settings


@dataclass
class Remains:
    """The content of journals and heads, and how many lines of the journals can't be read."""

    journals: list[Path] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    unreadable: int = 0
    heads: list[Checkpoint] = field(default_factory=list)


def find_what_is_left(files: Iterable[Path], places: Iterable[Path]) -> Remains:
    """Return what this machine has, what further journals say, and what lies in other places.

    A place is the instance folder of another machine, or a file with heads.
    """
    own = current_settings().instance_dir
    folders = {own.resolve(), *(each.resolve() for each in places if each.is_dir())}
    journals = {each.resolve() for each in files}
    heads = [find_newest(read_heads(each.read_bytes())) for each in places if not each.is_dir()]
    for folder in folders:
        journal = folder / journal_path().relative_to(own)
        kept = folder / heads_file().relative_to(own)
        if folder != own.resolve() and not journal.exists() and not kept.exists():
            refuse(f"{folder} isn't an instance folder: it has neither {journal} nor {kept}.")
        journals |= {each for each in [journal] if each.exists()}
        heads.append(_find_last_head(kept))
    remains = Remains(journals=sorted(journals), heads=[each for each in heads if each])
    for path in remains.journals:
        takings, unreadable = read_takings(path)
        remains.takings += takings
        remains.unreadable += unreadable
    return remains


def _find_last_head(path: Path) -> Checkpoint | None:
    try:
        return find_last_head(path)
    except CheckpointInvalid:
        refuse(f"The last head in {path} was signed by another key than this database's.")
