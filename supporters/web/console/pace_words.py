"""The pace of a provider in a sentence, and what a campaign does below the ceilings."""

from datetime import datetime

from flask_babel import format_decimal, gettext

from supporters.delivery.pace.pace_rules import ZONE
from supporters.delivery.planned.pace_forecast import Forecast, ProviderPace, list_paces
from supporters.sending_times.rules import next_opening
from supporters.sending_times.sending_window import find_window
from supporters.text.local_dates import format_briefly, format_date
from supporters.web.labels import label


def say_pace(pace: ProviderPace, now: datetime) -> str:
    """Return the ceilings that hold now, what left today, and when the rest goes on."""
    parts = []
    if pace.now.an_hour is not None:
        words = gettext("at most %(count)s an hour", count=format_decimal(pace.now.an_hour))
        parts.append(words)
    used = format_decimal(pace.use.a_day)
    if pace.now.a_day is not None:
        a_day = format_decimal(pace.now.a_day)
        parts.append(gettext("today %(used)s of %(count)s", used=used, count=a_day))
    elif pace.is_limited:
        parts.append(gettext("today %(used)s", used=used))
    if pace.full_until is not None:
        opens = next_opening(pace.full_until, find_window(), ZONE)
        parts.append(gettext("the rest goes on %(when)s", when=format_briefly(opens, now)))
    return ", ".join(parts)


def say_lowering(pace: ProviderPace, now: datetime) -> str:
    """Return until when and why the ceilings are lower; empty if they aren't."""
    if pace.lowered_until is None or pace.lowered_because is None:
        return ""
    words: str = gettext(
        "Lowered until %(when)s: %(why)s.",
        when=format_briefly(pace.lowered_until, now),
        why=label(pace.lowered_because),
    )
    return words


def say_forecast(forecast: Forecast) -> str:
    """Return how many people get a campaign on its first day, and when the last ones get it."""
    if forecast.days <= 1:
        return str(
            gettext("All can leave on the first day, below the ceilings of their providers.")
        )
    words = gettext(
        "At most %(first_day)s of %(people)s leave on the first day.",
        first_day=format_decimal(forecast.first_day),
        people=format_decimal(forecast.people),
    )
    return f"{words} {say_last_day(forecast)}"


def say_last_day(forecast: Forecast | None) -> str:
    """Return on which later day the last people get a campaign, and why; empty if on the first."""
    if forecast is None or forecast.days <= 1:
        return ""
    why = gettext("warm-up") if forecast.is_warm_up else gettext("ceilings of providers")
    day = format_date(forecast.ends_on, "EEEE d MMMM")
    return str(gettext("At this pace the last ones leave on %(day)s (%(why)s).", day=day, why=why))


def say_full_paces(now: datetime) -> list[tuple[str, str]]:
    """Return the providers that have reached their ceilings, and their paces."""
    full = (each for each in list_paces(now) if each.full_until is not None)
    return [(str(label(each.group)), say_pace(each, now)) for each in full]
