"""Counts the people who leave because of a campaign: the link of its emails names it (ADR 102).

A count is a number of an hour. Nothing says who left because of which email.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.dialects import postgresql

from supporters.campaigns.models import Campaign
from supporters.database import UtcDateTime, db, in_transaction
from supporters.delivery.after_sending.models import SHARDS, DepartureCount
from supporters.fast_path.prepared_statements import Call, Statement
from supporters.fast_path.session_calls import write_in_session

NO_CAMPAIGN = 0  # of a link in an email that belongs to no campaign
_ADD = postgresql.insert(DepartureCount).from_select(  # SQLite has the same ON CONFLICT
    ["campaign_id", "hour", "shard", "people"],
    select(
        Campaign.id,
        bindparam("departed_at", type_=UtcDateTime),
        bindparam("departure_shard", type_=Integer),
        bindparam("departures", type_=Integer),
    ).where(
        Campaign.id == bindparam("departed_from", type_=Integer), Campaign.launched_at.is_not(None)
    ),
)
_COUNT = Statement(
    _ADD.on_conflict_do_update(
        index_elements=["campaign_id", "hour", "shard"],
        set_={"people": DepartureCount.people + _ADD.excluded.people},
    )
)


def count_departure_row(campaign_id: int, moment: datetime, *, people: int = 1) -> Call:
    """Return the call that counts departures. A campaign that was never launched gets none."""
    return _COUNT(
        departed_from=campaign_id,
        departed_at=moment.replace(minute=0, second=0, microsecond=0),
        departure_shard=secrets.randbelow(SHARDS),
        departures=people,
    )


@in_transaction
def count_departure(campaign_id: int, moment: datetime) -> None:
    """Count a departure because of a campaign, if there is one."""
    if campaign_id != NO_CAMPAIGN:
        write_in_session(count_departure_row(campaign_id, moment))


@in_transaction
def uncount_departure(campaign_id: int, moment: datetime) -> None:
    """Take a departure of this moment back, because the same browser undid it."""
    if campaign_id != NO_CAMPAIGN:
        write_in_session(count_departure_row(campaign_id, moment, people=-1))


def count_departures(campaign_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many people left because of each campaign (campaign id: people)."""
    rows = db.session.execute(
        select(DepartureCount.campaign_id, func.sum(DepartureCount.people))
        .where(DepartureCount.campaign_id.in_(campaign_ids))
        .group_by(DepartureCount.campaign_id)
    )
    return {campaign_id: max(0, int(people)) for campaign_id, people in rows}


def list_departures_by_hour(campaign_id: int) -> Sequence[tuple[datetime, int]]:
    """Return the hours in which people left because of a campaign, with how many."""
    rows = db.session.execute(
        select(DepartureCount.hour, func.sum(DepartureCount.people))
        .where(DepartureCount.campaign_id == campaign_id)
        .group_by(DepartureCount.hour)
        .order_by(DepartureCount.hour)
    )
    return [(hour, int(people)) for hour, people in rows if people > 0]
