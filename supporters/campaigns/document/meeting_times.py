"""The times of a meeting: in words for readers, and as a file for their calendars."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from supporters.campaigns.document.blocks import EventAttrs
from supporters.text.local_dates import clock_of, date_in, time_in

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
WITHOUT_END = "PT1H"
PRODUCT = "-//Supporters//Campaigns//EN"
IN_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


def describe_times(event: EventAttrs, language: str, zone: str = "") -> str:
    """Return the day and the times of a meeting in words; an empty text without a beginning.

    They name the zone of its clock if one is given.
    """
    if not event.starts_at:
        return ""
    words = _describe_clock(event, language)
    return f"{words} ({clock_of(zone, language)})" if zone else words


def _describe_clock(event: EventAttrs, language: str) -> str:
    start = datetime.fromisoformat(event.starts_at)
    words = f"{_day(start, language)}, {time_in(start, language)}"
    if not event.ends_at:
        return words
    end = datetime.fromisoformat(event.ends_at)
    if end.date() == start.date():
        return f"{words} – {time_in(end, language)}"
    return f"{words} – {_day(end, language)}, {time_in(end, language)}"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """The facts on a meeting that a calendar needs beside its words.

    The entry with the same uid and a higher sequence replaces an earlier one.
    """

    uid: str
    sequence: int
    zone: ZoneInfo
    stamp: datetime


def make_calendar(event: EventAttrs, entry: CalendarEntry) -> str:
    """Return a meeting as a file that calendars open (RFC 5545).

    The times are in UTC. Without an end a meeting would take 0 minutes; it gets an hour.
    """
    ends_at = [f"DTEND:{_stamp(_in_zone(event.ends_at, entry.zone))}"] if event.ends_at else []
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_stamp(entry.stamp)}",
        f"DTSTART:{_stamp(_in_zone(event.starts_at, entry.zone))}",
        *(ends_at or [f"DURATION:{WITHOUT_END}"]),
        f"SUMMARY:{event.title.translate(IN_TEXT)}",
        *([f"LOCATION:{event.place.translate(IN_TEXT)}"] if event.place else []),
        *([f"URL:{event.href}"] if event.href else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _day(moment: datetime, language: str) -> str:
    return date_in(moment, language, "full")


def _in_zone(minute: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(minute).replace(tzinfo=zone)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _fold(line: str) -> str:
    """Return a line folded between characters, so that no part of it is too long."""
    parts = [""]
    for character in line:
        longest = LONGEST_LINE if len(parts) == 1 else LONGEST_LINE - 1
        if len((parts[-1] + character).encode()) > longest:
            parts.append("")
        parts[-1] += character
    return "\r\n ".join(parts)
