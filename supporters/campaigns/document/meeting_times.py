"""The times of a meeting: in words for readers, and as a file for their calendars."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from supporters.campaigns.document.blocks import EventAttrs
from supporters.local_dates import date_in, time_in

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
PRODUCT = "-//Supporters//Campaigns//EN"
IN_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


def describe_times(event: EventAttrs, language: str) -> str:
    """Return the day and the times of a meeting in words; an empty text without a beginning."""
    if not event.starts_at:
        return ""
    start = datetime.fromisoformat(event.starts_at)
    words = f"{_day(start, language)}, {time_in(start, language)}"
    if not event.ends_at:
        return words
    end = datetime.fromisoformat(event.ends_at)
    if end.date() == start.date():
        return f"{words} – {time_in(end, language)}"
    return f"{words} – {_day(end, language)}, {time_in(end, language)}"


def make_calendar(event: EventAttrs, *, uid: str, zone: ZoneInfo, now: datetime) -> str:
    """Return a meeting as a file that calendars open (RFC 5545)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(_in_zone(event.starts_at, zone))}",
        *([f"DTEND:{_stamp(_in_zone(event.ends_at, zone))}"] if event.ends_at else []),
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
