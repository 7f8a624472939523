"""Tells whether campaigns to some lists may leave at a moment: by the window, and by silence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select

from supporters.database import db
from supporters.lists.list_clocks import zone_of
from supporters.lists.list_territories import find_territory
from supporters.lists.models import MailingList
from supporters.sending_times.ballots import find_ballot_territory, hours_of
from supporters.sending_times.models import Ballot, SendingWindow
from supporters.sending_times.rules import SilenceHours, may_send, next_opening
from supporters.sending_times.sending_window import find_window
from supporters.territory.rules import Territory

A_DAY = timedelta(days=1)  # the clocks of all places are less than a day from UTC


class Concern(Enum):
    """How much of a list a ballot concerns: all of its territory, a part that we can't tell, none.

    A list without a territory has people everywhere, so a local ballot concerns a part of it.
    """

    WHOLE = auto()
    PART = auto()
    NONE = auto()


@dataclass(frozen=True, kw_only=True)
class Silence:
    """The silence of a ballot by the clock of a list."""

    ballot_id: int
    ballot_name: str
    begins_at: datetime
    ends_at: datetime
    zone: ZoneInfo


def judge_concern(territory: Territory, ballot: Territory) -> Concern:
    """Return how much of a list's territory a ballot concerns. A ballot without places is whole."""
    if ballot.is_empty or ballot.contains(territory):
        return Concern.WHOLE
    return Concern.PART if territory.is_empty or ballot.touches(territory) else Concern.NONE


def is_limited(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a window or a silence may hold campaigns: a cheap first look."""
    return or_(exists().where(SendingWindow.id.is_not(None)), exists().where(_is_near(now)))


def _is_near(moment: datetime, *, ahead: timedelta = A_DAY) -> ColumnElement[bool]:
    return and_(
        Ballot.begins_on <= (moment + ahead).date(), Ballot.ends_on >= (moment - A_DAY).date()
    )


class BulkMailTimes:
    """The window, and the ballots that are near: read once, then asked for many campaigns."""

    def __init__(self, now: datetime, *, ahead: timedelta = A_DAY) -> None:
        self._now = now
        self._window = find_window()
        near = select(Ballot).where(_is_near(now, ahead=ahead)).order_by(Ballot.begins_on)
        self._ballots = [
            (each, hours, find_ballot_territory(each.id))
            for each in db.session.scalars(near)
            if (hours := hours_of(each)) is not None
        ]
        self._is_any_local = any(not places.is_empty for *_, places in self._ballots)
        self._lists: dict[int, tuple[ZoneInfo, Territory]] = {}

    def may_send(self, list_ids: Collection[int]) -> bool:
        """Tell whether a campaign to these lists may leave now. The clock is the first list's."""
        zones = [self._of(each)[0] for each in list_ids]
        is_open = all(may_send(self._now, self._window, zone) for zone in zones[:1])
        return is_open and self.find_silence(list_ids) is None

    def find_silence(self, list_ids: Collection[int], at: datetime | None = None) -> Silence | None:
        """Return the silence for one of these lists, now or at a near moment: the longest one."""
        moment = at or self._now
        found = [
            each
            for each in self.list_silences(list_ids, Concern.WHOLE)
            if each.begins_at <= moment < each.ends_at
        ]
        return max(found, key=lambda each: each.ends_at, default=None)

    def list_silences(self, list_ids: Collection[int], concern: Concern) -> Sequence[Silence]:
        """Return the silences near now that concern one of these lists so much, in their order."""
        found = [
            _describe(ballot, hours, zone)
            for list_id in list_ids
            for zone, territory in [self._of(list_id)]
            for ballot, hours, places in self._ballots
            if judge_concern(territory, places) is concern
        ]
        return sorted(found, key=lambda each: each.begins_at)

    def list_ballots(self, zone: ZoneInfo) -> Sequence[tuple[Silence, bool]]:
        """Return all silences near now by a clock, each with whether it concerns every list."""
        return [
            (_describe(ballot, hours, zone), places.is_empty)
            for ballot, hours, places in self._ballots
        ]

    def _of(self, list_id: int) -> tuple[ZoneInfo, Territory]:
        if list_id not in self._lists:
            mailing_list = db.session.get(MailingList, list_id)
            territory = find_territory(list_id) if self._is_any_local else Territory()
            self._lists[list_id] = zone_of(mailing_list), territory
        return self._lists[list_id]


def _describe(ballot: Ballot, hours: SilenceHours, zone: ZoneInfo) -> Silence:
    return Silence(
        ballot_id=ballot.id,
        ballot_name=ballot.name,
        begins_at=hours.begins.in_zone(zone),
        ends_at=hours.ends.in_zone(zone),
        zone=zone,
    )


def find_silence(list_ids: Collection[int], at: datetime) -> Silence | None:
    """Return the silence in which a campaign to these lists can't begin at a moment; or None."""
    return BulkMailTimes(at).find_silence(list_ids)


def find_next_opening(list_id: int, now: datetime) -> datetime:
    """Return when the window is open next by the clock of a list: now, or when it opens."""
    return next_opening(now, find_window(), zone_of(db.session.get(MailingList, list_id)))


def list_held(lists_of: Mapping[int, Collection[int]], now: datetime) -> set[int]:
    """Return which bulk mails, by their ids and with their lists, may not leave now."""
    times = BulkMailTimes(now)
    return {each for each, list_ids in lists_of.items() if not times.may_send(list_ids)}
