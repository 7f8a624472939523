"""Events: owners announce a rally or a broadcast, and its link raises the limits for some hours.

The link only names the event; whether it counts is asked at each signup that came by it. It ends by
itself.
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
from supporters.signup.rush.models import EventAllowance
from supporters.signup.rush.rules import is_under_way

REREAD_AFTER = timedelta(seconds=10)
NO_FACTOR = 1
_READ = Statement(
    select(
        EventAllowance.id, EventAllowance.begins_at, EventAllowance.ends_at, EventAllowance.factor
    ).where(EventAllowance.ends_at > bindparam("now"))
)


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """An event as an owner announces it."""

    name: str
    mailing_list_id: int
    begins_at: datetime
    ends_at: datetime
    factor: int


class KeptEvents:
    """The events that aren't over, as a process has read them within the last seconds."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._events: Mapping[int, tuple[datetime, datetime, int]] = {}

    def factor_of(self, event_id: int, now: datetime) -> int:
        """Return by how much an event raises the limits now: 1 if it doesn't count."""
        if self._read_at is None or not timedelta() <= now - self._read_at < REREAD_AFTER:
            rows = read_one(_READ(now=now))
            self._events = {number: (begin, end, factor) for number, begin, end, factor in rows}
            self._read_at = now
        begins_at, ends_at, factor = self._events.get(event_id, (now, now, NO_FACTOR))
        return factor if is_under_way(begins_at, ends_at, now) else NO_FACTOR


def init_app(app: Flask) -> None:
    """Let the application keep the events for some seconds."""
    app.extensions["kept_events"] = KeptEvents()


def find_event_factor(event_id: int, now: datetime) -> int:
    """Return by how much an event raises the limits of its visitors now."""
    return cast(KeptEvents, current_app.extensions["kept_events"]).factor_of(event_id, now)


def link_to_event(event: EventAllowance, mailing_list: MailingList) -> str:
    """Return the link of an event: the page of its list, in the language of each browser."""
    token = current_tokens().sign(TokenPurpose.EVENT, event.id)
    return link_to("public.join_in_any_language", slug=mailing_list.slug, event=token)


def read_event_id(token: str) -> int | None:
    """Return the event that a link names; None if the link isn't ours."""
    try:
        content = current_tokens().read(TokenPurpose.EVENT, token)
    except TokenError:
        return None
    return content if isinstance(content, int) else None


@use_case
def announce_event(draft: EventDraft, by: int) -> EventAllowance:
    """Add an event."""
    now = clock.now()
    event = EventAllowance(id=new_id(now), created_at=now, created_by=by, **vars(draft))
    db.session.add(event)
    hours = round((draft.ends_at - draft.begins_at).total_seconds() / 3600)
    record_team_act(SignupAct.EVENT_ANNOUNCED, event.id, {"factor": draft.factor, "hours": hours})
    return event


@use_case
def end_event(event_id: int) -> bool:
    """End an event that isn't over; tell whether that changed something."""
    event = db.session.get(EventAllowance, event_id, with_for_update=True, populate_existing=True)
    now = clock.now()
    if event is None or event.ends_at <= now:
        return False
    event.ends_at = now
    event.begins_at = min(event.begins_at, now)
    record_team_act(SignupAct.EVENT_ENDED, event_id)
    return True


def list_events() -> Sequence[tuple[EventAllowance, MailingList]]:
    """Return all events with their lists, the latest first."""
    rows = db.session.execute(
        select(EventAllowance, MailingList)
        .join(MailingList, MailingList.id == EventAllowance.mailing_list_id)
        .order_by(EventAllowance.begins_at.desc(), EventAllowance.id.desc())
    )
    return [(event, mailing_list) for event, mailing_list in rows]


def find_event(event_id: int) -> tuple[EventAllowance, MailingList] | None:
    """Return an event with its list."""
    return next((each for each in list_events() if each[0].id == event_id), None)


def find_largest_factor(now: datetime) -> int:
    """Return by how much the events of this moment raise the number that is a spike."""
    factors = db.session.scalars(
        select(EventAllowance.factor).where(
            EventAllowance.begins_at <= now, EventAllowance.ends_at > now
        )
    )
    return max(factors, default=NO_FACTOR)
