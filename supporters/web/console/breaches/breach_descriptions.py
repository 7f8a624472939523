"""The words of a breach: its clock, its facts, its history, and the draft for the authority."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import force_locale, gettext, ngettext

from supporters.breaches.affected_people import AffectedWay
from supporters.breaches.breach_register import PEOPLE_DECISIONS
from supporters.breaches.models import (
    Breach,
    BreachAct,
    BreachEntry,
    BreachFact,
    BreachNature,
    BreachStatus,
)
from supporters.breaches.queries import find_last_entry, list_breach_entries
from supporters.breaches.rules import BreachClock, notify_by, read_clock
from supporters.extensions import current_settings
from supporters.text.local_dates import format_date_and_time
from supporters.web.labels import label
from supporters.web.labels.word_tables import Tone

HOUR = timedelta(hours=1)
CLOCK_TONES = {
    BreachClock.STOPPED: Tone.QUIET,
    BreachClock.RUNNING: Tone.LIVE,
    BreachClock.ALARM: Tone.WARN,
    BreachClock.OVERDUE: Tone.BAD,
}


class BreachRow(NamedTuple):
    """A row of the register; `clock` is empty when the clock is stopped."""

    breach: Breach
    notify_by: datetime
    clock: str
    tone: Tone


class HistoryLine(NamedTuple):
    """A line of the history: its act, its words, the account and the time."""

    act: BreachAct
    words: str
    by: str | None
    made_at: datetime


def describe_breach_row(breach: Breach, now: datetime) -> BreachRow:
    """Return the row of a breach, with the time that is left of the 72 hours."""
    is_decided = breach.status is not BreachStatus.OPEN or breach.authority_told_at is not None
    clock = read_clock(breach.discovered_at, now, is_decided=is_decided)
    words = "" if is_decided else describe_time_left(notify_by(breach.discovered_at) - now)
    return BreachRow(breach, notify_by(breach.discovered_at), words, CLOCK_TONES[clock])


def describe_time_left(left: timedelta) -> str:
    """Return the words for the time until the end of the 72 hours, or since then."""
    if timedelta() < left < HOUR:
        return str(gettext("less than an hour left"))
    hours = abs(left) // HOUR
    if left <= timedelta():
        return str(ngettext("%(num)s hour late", "%(num)s hours late", hours))
    return str(ngettext("%(num)s hour left", "%(num)s hours left", hours))


def describe_fact(fact: BreachFact, text: str) -> str:
    """Return a stated fact in the language of the page."""
    match fact:
        case BreachFact.DISCOVERED:
            return format_date_and_time(datetime.fromisoformat(text))
        case BreachFact.NATURE:
            natures = [each for each in text.split(", ") if each in [*BreachNature]]
            return "; ".join(label(BreachNature(each)) for each in natures)
        case _:
            return text


def list_facts(facts: Mapping[BreachFact, str]) -> list[tuple[str, str]]:
    """Return the name and the words of every fact; an empty text where nothing is stated."""
    return [
        (label(fact), describe_fact(fact, facts[fact]) if facts.get(fact) else "")
        for fact in BreachFact
    ]


def list_history(breach_id: int) -> list[HistoryLine]:
    """Return the history, oldest first. The first statements are left out while they are valid."""
    entries = sorted(list_breach_entries(breach_id), key=lambda each: _place_of(each[0]))
    last = {each.fact: each for each, _ in entries if each.fact is not None}
    opened_at = entries[0][0].made_at
    return [
        HistoryLine(entry.act, _describe_entry(entry), by, entry.made_at)
        for entry, by in entries
        if entry.fact is None or entry.made_at != opened_at or last[entry.fact] is not entry
    ]


def _place_of(entry: BreachEntry) -> tuple[datetime, int]:
    """Return the place of a line: what was stated at the same time is in the order of the facts."""
    return entry.made_at, 0 if entry.fact is None else 1 + [*BreachFact].index(entry.fact)


def _describe_entry(entry: BreachEntry) -> str:
    text = entry.text or ""
    match entry.act:
        case BreachAct.STATED if entry.fact is not None:
            words = describe_fact(entry.fact, text) or gettext("(emptied)")
            return str(gettext("%(name)s: %(words)s", name=label(entry.fact), words=words))
        case BreachAct.NOTIFIED:
            return _describe_notification(text)
        case BreachAct.PEOPLE_CHOSEN:
            way, _, count = text.partition(" ")
            words = _count_people(int(count))
            return str(gettext("%(name)s: %(words)s", name=label(AffectedWay(way)), words=words))
        case BreachAct.NOTICE_APPROVED | BreachAct.NOTICE_SENT:
            return _count_people(int(text))
        case _:
            return text


def _describe_notification(text: str) -> str:
    moment, _, reference = text.partition(" ")
    words = format_date_and_time(datetime.fromisoformat(moment))
    if not reference:
        return words
    return str(gettext("%(when)s, reference %(reference)s", when=words, reference=reference))


def _count_people(count: int) -> str:
    return str(ngettext("%(num)s person", "%(num)s people", count))


def write_draft(
    breach: Breach, facts: Mapping[BreachFact, str], language: str
) -> Sequence[tuple[str, str]]:
    """Return the parts of a notification to the authority (GDPR 33(3)), in a language.

    They are in the order of the form of the CNIL, to be copied into it.
    """
    settings = current_settings()
    with force_locale(language):
        told = find_last_entry(breach.id, [BreachAct.NOTIFIED])
        delay = find_last_entry(breach.id, [BreachAct.DELAY_EXPLAINED])
        people = find_last_entry(breach.id, PEOPLE_DECISIONS)
        return [
            (gettext("Controller"), f"{settings.party_name}, {settings.party_address}"),
            (gettext("Contact of the controller"), settings.party_contact),
            (gettext("Data protection officer"), settings.dpo_contact),
            *_or_unknown(list_facts(facts)),
            (gettext("First notification"), _describe_notification(_text_of(told)) if told else ""),
            (gettext("Reasons for the delay"), _text_of(delay)),
            (gettext("Information of the people"), _describe_people(people)),
        ]


def _or_unknown(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    unknown = gettext("Not known yet; we will complete it (GDPR article 33(4)).")
    return [(name, words or unknown) for name, words in facts]


def _describe_people(entry: BreachEntry | None) -> str:
    if entry is None:
        return str(gettext("Not decided yet."))
    words = _describe_entry(entry)
    return str(gettext("%(name)s: %(words)s", name=label(entry.act), words=words))


def _text_of(entry: BreachEntry | None) -> str:
    return "" if entry is None else entry.text or ""
