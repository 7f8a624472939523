"""Dates and times in the language of the page or email; English ones are British, with 24 hours."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from babel import dates
from flask_babel import get_locale, to_user_timezone

from supporters.languages import DEFAULT_LANGUAGE

WITH_COUNTRY = {"en": "en_GB"}
FIRST_DAY = re.compile(r"\b1\b(?!/)")  # French says “1er décembre”; CLDR has “1 décembre”


def format_date(day: date, form: str = "long") -> str:
    """Return a day in the current language: in words, or in the form of a CLDR pattern."""
    local = to_user_timezone(day) if isinstance(day, datetime) else day
    return date_in(local, str(get_locale() or DEFAULT_LANGUAGE), form)


def date_in(day: date, language: str, form: str = "long") -> str:
    """Return a day in a language. The day has its time zone already."""
    plain = day.date() if isinstance(day, datetime) else day
    return _format_day(plain, WITH_COUNTRY.get(language, language), form)


def format_time(moment: datetime) -> str:
    """Return the hour and the minute, from 0 to 24 hours."""
    return time_in(to_user_timezone(moment), str(get_locale() or DEFAULT_LANGUAGE))


def time_in(moment: datetime, language: str) -> str:
    """Return the hour and the minute in a language. The moment has its time zone already."""
    return _format_minute(moment.hour, moment.minute, WITH_COUNTRY.get(language, language))


def time_on(minute: int) -> str:
    """Return a minute of the day as an hour in the current language."""
    language = str(get_locale() or DEFAULT_LANGUAGE)
    return _format_minute(*divmod(minute, 60), WITH_COUNTRY.get(language, language))


def moment_in(moment: datetime, language: str) -> str:
    """Return the date and the time in a language. The moment has its time zone already."""
    return f"{date_in(moment, language)}, {time_in(moment, language)}"


def clock_of(zone: str, language: str | None = None) -> str:
    """Return the name of a time zone by its place, in a language or the current one."""
    language = language or str(get_locale() or DEFAULT_LANGUAGE)
    return _name_zone(zone, WITH_COUNTRY.get(language, language))


def format_date_and_time(moment: datetime) -> str:
    """Return the date and the time in words."""
    return f"{format_date(moment)}, {format_time(moment)}"


def format_briefly(moment: datetime, now: datetime) -> str:
    """Return the day and the time, or the day and the year if it is another year."""
    if to_user_timezone(moment).year != to_user_timezone(now).year:
        return format_date(moment, "d MMM y")
    return f"{format_date(moment, 'd MMM')}, {format_time(moment)}"


@lru_cache(maxsize=256)
def _name_zone(zone: str, locale: str) -> str:
    return str(dates.get_timezone_location(dates.get_timezone(zone), locale=locale))


@lru_cache(maxsize=4096)
def _format_day(day: date, locale: str, form: str) -> str:
    """Return a day in words. The ledger of a campaign has the same days many times."""
    words = str(dates.format_date(day, form, locale=locale))
    return FIRST_DAY.sub("1er", words) if locale == "fr" else words


@lru_cache(maxsize=4096)
def _format_minute(hour: int, minute: int, locale: str) -> str:
    """Return the time of a day, as pages show it: to the minute."""
    return str(dates.format_time(time(hour, minute), "short", locale=locale))
