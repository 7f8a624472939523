"""The hour at which a campaign leaves: typed on the clock of its list, stored in UTC."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from zoneinfo import ZoneInfo

LONGEST_AHEAD = timedelta(days=366)


class HourFault(Enum):
    """Why a campaign can't leave at a typed hour.

    SKIPPED: the clock jumps over it in spring. TWICE: it comes before and after the change in
    autumn, and nobody said which one is meant.
    """

    PAST = auto()
    TOO_FAR = auto()
    SKIPPED = auto()
    TWICE = auto()


class Which(StrEnum):
    """One of the two hours that a clock shows when it is put back."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class TypedHour:
    """The hour that a clock shows when a campaign leaves; `which` tells two such moments apart."""

    shown: datetime
    which: Which | None = None


def list_moments(shown: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which the clock of a zone shows this: one, none, or two."""
    moments = {
        shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for fold in (0, 1)
        if _shows(shown.replace(tzinfo=zone, fold=fold), zone) == shown
    }
    return sorted(moments)


def find_moment(hour: TypedHour, zone: ZoneInfo, now: datetime) -> datetime | HourFault:
    """Return the moment of a typed hour, or why a campaign can't leave then."""
    if hour.shown.year in {MINYEAR, MAXYEAR}:  # a moment of these has no hour on other clocks
        return HourFault.PAST if hour.shown.year == MINYEAR else HourFault.TOO_FAR
    moments = list_moments(hour.shown, zone)
    if not moments:
        return HourFault.SKIPPED
    if len(moments) > 1 and hour.which is None and moments[-1] > now:
        return HourFault.TWICE
    moment = moments[-1] if hour.which is Which.SECOND else moments[0]
    return find_hour_fault(moment, now) or moment


def find_hour_fault(moment: datetime, now: datetime) -> HourFault | None:
    """Return why a campaign can't leave at a moment."""
    if moment <= now:
        return HourFault.PAST
    return HourFault.TOO_FAR if moment > now + LONGEST_AHEAD else None


def is_too_late(planned: datetime, now: datetime, *, limit: timedelta) -> bool:
    """Tell whether a campaign that nothing launched at its hour must not leave any more."""
    return now - planned > limit


def _shows(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock of a zone shows at a moment, by way of UTC: no such hour stays one."""
    return moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0)
