"""Decides how many emails may leave to a provider now, and when the next ones may."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from supporters.delivery.pace.warm_up_plans import CURVES, HOURS_OF_A_DAY, WarmUpPlan
from supporters.people.domain_groups import DomainGroup
from supporters.text.time_zones import PARTY_ZONE

ZONE = ZoneInfo(PARTY_ZONE)  # of the hours and days of all ceilings
SLICE = timedelta(minutes=5)
SLICES = 12  # of an hour: its ceiling is spread over them
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
LOWERED_FOR = A_DAY
LOWERED_AGAIN_AFTER = timedelta(hours=1)
MOST_LOWERED = 16  # a sixteenth is the least
MANY_LIMITS = 3  # answers in a batch by which a provider asks us to slow down
MOST_DAYS = 366
RATE_LIMITS = ("421", "4.7.")


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """The ceilings that hold at a moment; None is none."""

    an_hour: int | None = None
    a_day: int | None = None

    def divide(self, divisor: int) -> "Ceiling":
        """Return the lowered ceilings: at least one email."""
        hour, day = (each and max(1, each // divisor) for each in (self.an_hour, self.a_day))
        return Ceiling(an_hour=hour, a_day=day)


@dataclass(frozen=True, kw_only=True)
class PaceUse:
    """How many emails left in the present hour, and today."""

    an_hour: int = 0
    a_day: int = 0


def start_of_hour(now: datetime) -> datetime:
    """Return when the present hour of the party's clock began."""
    local = now.astimezone(ZONE)
    return now - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )


def start_of_day(now: datetime, days: int = 0) -> datetime:
    """Return the midnight before, or that of some days later."""
    day = now.astimezone(ZONE).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(now.tzinfo)


def day_of(now: datetime) -> date:
    """Return the day by the party's clock."""
    return now.astimezone(ZONE).date()


def warm_up_on(plan: WarmUpPlan | None, began_on: date | None, day: date) -> int | None:
    """Return how many emails a plan allows on a day; None once it is over.

    Before it begins, its first day counts: nobody should be surprised by a sender.
    """
    if plan is None or began_on is None:
        return None
    curve, number = CURVES[plan], max(0, (day - began_on).days)
    return curve[number] if number < len(curve) else None


def least(*ceilings: int | None) -> int | None:
    """Return the lowest of some ceilings, where None is none."""
    return min((each for each in ceilings if each is not None), default=None)


def room_in(ceiling: Ceiling, use: PaceUse, now: datetime) -> int | None:
    """Return how many emails may leave now; None for any number.

    The ceiling of an hour is spread over it: what wasn't used in a part may leave in the next.
    """
    room = least()
    if ceiling.an_hour is not None:
        part = (now - start_of_hour(now)) // SLICE + 1
        room = -(-ceiling.an_hour * part // SLICES) - use.an_hour
    if ceiling.a_day is not None:
        room = least(room, ceiling.a_day - use.a_day)
    return None if room is None else max(0, room)


def room_again_at(ceiling: Ceiling, use: PaceUse, now: datetime) -> datetime:
    """Return when there may be room again: with the next part of the hour, hour or day."""
    if ceiling.a_day is not None and use.a_day >= ceiling.a_day:
        return start_of_day(now, 1)
    hour = start_of_hour(now)
    if ceiling.an_hour is not None and use.an_hour >= ceiling.an_hour:
        return hour + AN_HOUR
    return hour + ((now - hour) // SLICE + 1) * SLICE


def find_limited(answers: Collection[tuple[DomainGroup | None, str]]) -> set[DomainGroup]:
    """Return the providers that ask us to slow down, by their groups and the replies of a batch.

    A relay that answers so to most of everybody speaks of itself, and of no provider.
    """
    limited = [group for group, reply in answers if is_rate_limit(reply)]
    found = set[DomainGroup]()
    for group in {each for each in limited if each is not None}:
        others = [reply for each, reply in answers if each is not group]
        is_everybody = 2 * sum(map(is_rate_limit, others)) > len(others) > 0
        if limited.count(group) >= MANY_LIMITS and not is_everybody:
            found.add(group)
    return found


def is_rate_limit(reply: str) -> bool:
    """Tell whether a stored reply says: too much, or too fast (RFC 3463 X.7.*, 421)."""
    code, _, enhanced = reply.partition(" ")
    return code == RATE_LIMITS[0] or (code.startswith("4") and enhanced.startswith(RATE_LIMITS[1]))


def twelfth_of(a_day: int | None) -> int | None:
    """Return the part of a day of warm-up that one hour has."""
    return None if a_day is None else -(-a_day // HOURS_OF_A_DAY)
