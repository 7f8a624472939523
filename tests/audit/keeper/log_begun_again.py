"""Attacks that cut off the end of the log, or begin it again, without a withdrawal.

They use SQL, and then the honest worker seals what it finds.
"""

from datetime import UTC, datetime

from sqlalchemy import insert

from supporters import clock
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.merkle_tree import HASH_BYTES
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from tests.audit.keeper.attack_table import Finder, Need, attack
from tests.audit.keeper.attacked_party import ANNA, BORIS, Party, event_of
from tests.audit.keeper.forged_rows import (
    delete_entries,
    forge_entry,
    forget_departure,
    run,
    write_moment,
)
from tests.factories.campaigns import subscriber_at

BEGUN_AGAIN = {
    *(Finder.SEALER, Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR, Finder.PAGES),
    *(Finder.HEAD, Finder.RECEIPT, Finder.PROMISE),
}


def cut_off(size: int) -> None:
    """Take the log back to a size, as if the rest waited for sealing."""
    with transaction():
        rest = db.update(LogEntry).where(LogEntry.position >= size)
        db.session.execute(rest.values(position=None))
        db.session.execute(db.delete(LogCheckpoint).where(LogCheckpoint.size > size))
        if size:
            tile = db.session.scalars(db.select(LogTile)).one()
            tile.hashes = tile.hashes[: HASH_BYTES * size]
        else:
            db.session.execute(db.delete(LogTile))


def forge_restoration(size: int, lost: str) -> None:
    """Add the record of a restoration, with the key that everybody knows."""
    now = clock.now()
    restoration_id = new_id(now)
    row = {"lost_head": lost, "restored_size": size, "replayed": 0}
    entry = forge_entry("restored", restoration_id, {**row, "occurred_at": write_moment(now)})
    with transaction():
        db.session.add(Restoration(id=restoration_id, **row, occurred_at=now))
        db.session.execute(insert(LogEntry).values(entry))


def backdate_consent(address: str) -> None:
    """Date the consent of a person to 2021, before any log, and delete its entry."""
    with transaction():
        consent = event_of(address)
        consent.occurred_at = datetime(2021, 1, 1, tzinfo=UTC)
        delete_entries([consent.id])


def begin_again() -> None:
    """Let nothing be sealed, without a withdrawal, and with a consent of 2021."""
    cut_off(0)
    forget_departure(subscriber_at(ANNA))
    backdate_consent(BORIS)


@attack(
    "n14",
    "The end of the log is cut off, a forged restoration excuses it, a withdrawal is left out",
    Need.SQL,
    found_by={
        *(Finder.SEALER, Finder.CAMPAIGN, Finder.VERIFY, Finder.HEAD, Finder.WATCHER),
        *(Finder.DOCTOR, Finder.PAGES, Finder.WITNESS, Finder.RECEIPT, Finder.PROMISE),
    },
    says="restoration",
)
def forge_restoration_of_the_end(party: Party) -> None:
    first = db.session.scalar(db.select(db.func.min(LogCheckpoint.size))) or 0
    cut_off(first)
    forget_departure(subscriber_at(ANNA))
    forge_restoration(first, party.checkpoint)


@attack(
    "n21b",
    "A forged restoration to nothing: no withdrawal, and a consent of 2021",
    Need.SQL,
    found_by=BEGUN_AGAIN,
    says="the log began again",
)
def forge_restoration_of_all(party: Party) -> None:
    begin_again()
    forge_restoration(0, party.checkpoint)


@attack(
    "n20",
    "The same without a restoration; the file of checkpoints is gone",
    *(Need.SQL, Need.FOLDER),
    found_by=BEGUN_AGAIN,
    says="the log began again",
)
def begin_again_without_file(_party: Party) -> None:
    begin_again()
    checkpoints_file().unlink()


@attack(
    "n20b",
    "The same, and the seal of the birth of the log is gone",
    *(Need.SQL, Need.FOLDER),
    found_by=BEGUN_AGAIN,
    says="was deleted",
)
def begin_again_without_birth(party: Party) -> None:
    begin_again_without_file(party)
    run("DELETE FROM data_key WHERE name = 'log-birth'")
