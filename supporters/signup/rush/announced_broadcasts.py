"""Owners announce a rally or a broadcast, and its link raises the limits for some hours.

The link only names the broadcast; whether it counts is asked at each signup that came by it. It
ends by itself. Screens and links say “event”.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app
from sqlalchemy import bindparam, select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.database import db, use_case
from supporters.extensions import current_tokens
from supporters.fast_path.prepared_statements import Statement
from supporters.fast_path.round_trips import read_one
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.signup.acts import SignupAct
from supporters.signup.rush.models import AnnouncedBroadcast
from supporters.signup.rush.rules import is_under_way

REREAD_AFTER = timedelta(seconds=10)
NO_FACTOR = 1
_READ = Statement(
    select(
        AnnouncedBroadcast.id,
        AnnouncedBroadcast.begins_at,
        AnnouncedBroadcast.ends_at,
        AnnouncedBroadcast.factor,
    ).where(AnnouncedBroadcast.ends_at > bindparam("now"))
)


@dataclass(frozen=True, kw_only=True)
class BroadcastDraft:
    """A broadcast as an owner announces it."""

    name: str
    mailing_list_id: int
    begins_at: datetime
    ends_at: datetime
    factor: int


class CachedBroadcasts:
    """The broadcasts that aren't over, as a process has read them within the last seconds."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._broadcasts: Mapping[int, tuple[datetime, datetime, int]] = {}

    def factor_of(self, broadcast_id: int, now: datetime) -> int:
        """Return by how much a broadcast raises the limits now: 1 if it doesn't count."""
        if self._read_at is None or not timedelta() <= now - self._read_at < REREAD_AFTER:
            rows = read_one(_READ(now=now))
            self._broadcasts = {number: (begin, end, factor) for number, begin, end, factor in rows}
            self._read_at = now
        begins_at, ends_at, factor = self._broadcasts.get(broadcast_id, (now, now, NO_FACTOR))
        return factor if is_under_way(begins_at, ends_at, now) else NO_FACTOR


def init_app(app: Flask) -> None:
    """Let the application keep the broadcasts for some seconds."""
    app.extensions["cached_broadcasts"] = CachedBroadcasts()


def find_broadcast_factor(broadcast_id: int, now: datetime) -> int:
    """Return by how much a broadcast raises the limits of its visitors now."""
    return cast(CachedBroadcasts, current_app.extensions["cached_broadcasts"]).factor_of(
        broadcast_id, now
    )


def link_to_broadcast(broadcast: AnnouncedBroadcast, mailing_list: MailingList) -> str:
    """Return the link of a broadcast: the page of its list, in the language of each browser."""
    token = current_tokens().sign(TokenPurpose.EVENT, broadcast.id)
    return link_to("public.join_in_any_language", slug=mailing_list.slug, event=token)


def read_broadcast_id(token: str) -> int | None:
    """Return the broadcast that a link names; None if the link isn't ours."""
    try:
        content = current_tokens().read(TokenPurpose.EVENT, token)
    except TokenError:
        return None
    return content if isinstance(content, int) else None


@use_case
def announce_broadcast(draft: BroadcastDraft, by: int) -> AnnouncedBroadcast:
    """Add a broadcast."""
    now = clock.now()
    broadcast = AnnouncedBroadcast(id=new_id(now), created_at=now, created_by=by, **vars(draft))
    db.session.add(broadcast)
    hours = round((draft.ends_at - draft.begins_at).total_seconds() / 3600)
    record_team_act(
        SignupAct.BROADCAST_ANNOUNCED, broadcast.id, {"factor": draft.factor, "hours": hours}
    )
    return broadcast


@use_case
def end_broadcast(broadcast_id: int) -> bool:
    """End a broadcast that isn't over; tell whether that changed something."""
    broadcast = db.session.get(
        AnnouncedBroadcast, broadcast_id, with_for_update=True, populate_existing=True
    )
    now = clock.now()
    if broadcast is None or broadcast.ends_at <= now:
        return False
    broadcast.ends_at = now
    broadcast.begins_at = min(broadcast.begins_at, now)
    record_team_act(SignupAct.BROADCAST_ENDED, broadcast_id)
    return True


def list_broadcasts() -> Sequence[tuple[AnnouncedBroadcast, MailingList]]:
    """Return all broadcasts with their lists, the latest first."""
    rows = db.session.execute(
        select(AnnouncedBroadcast, MailingList)
        .join(MailingList, MailingList.id == AnnouncedBroadcast.mailing_list_id)
        .order_by(AnnouncedBroadcast.begins_at.desc(), AnnouncedBroadcast.id.desc())
    )
    return [(broadcast, mailing_list) for broadcast, mailing_list in rows]


def find_broadcast(broadcast_id: int) -> tuple[AnnouncedBroadcast, MailingList] | None:
    """Return a broadcast with its list."""
    return next((each for each in list_broadcasts() if each[0].id == broadcast_id), None)


def find_largest_factor(now: datetime) -> int:
    """Return by how much the broadcasts of this moment raise the number that is a spike."""
    factors = db.session.scalars(
        select(AnnouncedBroadcast.factor).where(
            AnnouncedBroadcast.begins_at <= now, AnnouncedBroadcast.ends_at > now
        )
    )
    return max(factors, default=NO_FACTOR)
