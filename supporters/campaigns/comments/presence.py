"""The accounts that have a campaign open in the editor: a small row for each, for a minute.

The editor tells every 20 seconds that it is there. All machines share the rows. A sign of life is
no act: the audit log has none, and it keeps no session alive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql

from supporters.accounts.models import Organiser
from supporters.campaigns.comments.models import CampaignPresence
from supporters.database import db, delete_where, use_case

IS_THERE_FOR = timedelta(seconds=45)
RETAINED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Colleague:
    """Somebody who has the editor open, and whether they typed lately."""

    name: str
    is_writing: bool


@use_case
def note_presence(
    campaign_id: int, organiser_id: int, now: datetime, *, typed_at: datetime | None
) -> Sequence[Colleague]:
    """Note that an account is there; return the others, in the order of their names."""
    row: dict[str, Any] = {
        "campaign_id": campaign_id,
        "organiser_id": organiser_id,
        "seen_at": now,
        "typed_at": typed_at,
    }
    db.session.execute(_upsert(row))
    others = db.session.execute(
        select(Organiser.name, Organiser.email, CampaignPresence.typed_at)
        .join(Organiser, Organiser.id == CampaignPresence.organiser_id)
        .where(
            CampaignPresence.campaign_id == campaign_id,
            CampaignPresence.organiser_id != organiser_id,
            CampaignPresence.seen_at > now - IS_THERE_FOR,
        )
        .order_by(Organiser.name, Organiser.email)
    )
    return [
        Colleague(name or email, typed is not None and typed > now - IS_THERE_FOR)
        for name, email, typed in others
    ]


def _upsert(row: dict[str, Any]) -> Insert:
    """Return a statement that inserts the row of an account, or changes it."""
    order = postgresql.insert(CampaignPresence).values(row)  # SQLite has the same ON CONFLICT
    keys = ("campaign_id", "organiser_id")
    changed = {name: value for name, value in row.items() if name not in keys}
    if row["typed_at"] is None:
        del changed["typed_at"]
    return order.on_conflict_do_update(index_elements=keys, set_=changed)


@use_case
def purge_presences(now: datetime) -> int:
    """Delete the rows of those who left; return how many."""
    return delete_where(CampaignPresence, CampaignPresence.seen_at <= now - RETAINED_FOR)
