"""Notes that the database was put back from a backup, so that what was lost is no secret."""

from dataclasses import dataclass
from datetime import datetime

from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_restoration
from supporters.consent.log.models import Restoration
from supporters.database import db
from supporters.ids import new_id


class NothingLost(ValueError):
    """The tree in the database has the size of this head, or more: no backup was put back."""


@dataclass(frozen=True)
class KeptHead:
    """A head that is kept outside the database."""

    text: str


def find_external_head() -> KeptHead | None:
    """Return the head that this machine kept last; None if it never did."""
    return None


def record_restoration(lost_head: str, replayed: int, now: datetime) -> Restoration:
    """Add the record of a restoration; to be called within a transaction, before any sealing."""
    restoration = Restoration(
        id=new_id(now), lost_head=lost_head, replayed=replayed, occurred_at=now
    )
    db.session.add(restoration)
    append(describe_restoration(restoration))
    return restoration
