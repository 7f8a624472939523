"""The time zones of the world in groups, and how far a clock is from UTC at a moment."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from supporters.text.countries import UNION

PARTY_ZONE = "Europe/Paris"
# Of states of the Union: ISO 3166 codes that begin no département, and those of France.
OVERSEAS = {
    *("AW", "AX", "BQ", "CW", "FO", "GL", "SX"),
    *("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"),
}
MINUTES_OF_AN_HOUR = 60
DAYS_OF_A_YEAR = 366


class ZoneGroups(NamedTuple):
    """The IANA names of all inhabited zones: of the Union, of its states overseas, and others."""

    union: tuple[str, ...]
    overseas: tuple[str, ...]
    elsewhere: tuple[str, ...]


@cache
def group_zones() -> ZoneGroups:
    """Return all zones that both our calendar of zones and our names of places know."""
    known = available_timezones()
    places = {zone: code for zone, code in get_global("zone_territories").items() if zone in known}
    union = (zone for zone, code in places.items() if code in UNION)
    overseas = (zone for zone, code in places.items() if code in OVERSEAS)
    elsewhere = (
        zone
        for zone, code in places.items()
        if code not in UNION | OVERSEAS and "/" in zone and not zone.startswith("Etc/")
    )
    return ZoneGroups(tuple(union), tuple(overseas), tuple(elsewhere))


def offset_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return how far the clock of a zone is from UTC at a moment, as in UTC+5:30."""
    ahead = moment.astimezone(zone).utcoffset()
    minutes = 0 if ahead is None else round(ahead.total_seconds() / MINUTES_OF_AN_HOUR)
    hours, rest = divmod(abs(minutes), MINUTES_OF_AN_HOUR)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def find_next_change(zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the minute in which the clock of a zone is put forward or back within a year."""
    before = after.astimezone(UTC).replace(second=0, microsecond=0)
    offset = before.astimezone(zone).utcoffset()
    days = (before + timedelta(days=number) for number in range(1, DAYS_OF_A_YEAR + 1))
    changed = next((day for day in days if day.astimezone(zone).utcoffset() != offset), None)
    if changed is None:
        return None
    low, high = changed - timedelta(days=1), changed
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        is_before = middle.astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if is_before else (low, middle)
    return high
