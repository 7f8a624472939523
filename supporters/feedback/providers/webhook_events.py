"""The parts that all events share: the sign-in, the token, the judged words of a server.

A provider's own label (“hard bounce”) is no evidence of a missing mailbox: it covers refusals,
filters and its own lists as well. The server's words are, so they decide, and the label can only
make that milder. A cause that the provider documents counts where it hands on no words (REQ-99).
"""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.classifier import classify
from supporters.feedback.reports.report import MOST_WORDS, Failure, Report, ReportKind
from supporters.settings.provider_settings import ProviderSettings

Event = Mapping[str, Any]
TOKEN = re.compile(r"[a-z2-7]{40}", re.ASCII | re.IGNORECASE)
PERMANENT = re.compile(r"(?<![\w.@-])5[0-5]\d(?![\w.@])|(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
LONGEST_TYPE = 40
MOST_OCTETS = 16 * 1024  # of an event that is stored
ABUSE = "abuse"  # RFC 5965


@dataclass(frozen=True, kw_only=True)
class UnknownEvent(Report):
    """An event of a kind that we don't know, with its JSON: stored for a person, never guessed."""

    raw: bytes


class NotSigned(Exception):
    """A request that proves nothing: a wrong sign-in or signature, another's topic."""


class ProviderUnreachable(Exception):
    """A part of the proof can't be had now: the provider must send the request again."""


def _check_sign_in(headers: Mapping[str, str], settings: ProviderSettings) -> None:
    """Check the name and the password, or the token, of a request. Raises NotSigned."""
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    both = [f"{settings.user}:{each}".encode() for each in settings.passwords]
    ours = {"basic": map(b64encode, both), "bearer": map(str.encode, settings.tokens)}
    shown = given.strip().encode(errors="replace")
    if not any(hmac.compare_digest(each, shown) for each in ours.get(scheme.lower(), ())):
        raise NotSigned


def read_signed_events(
    headers: Mapping[str, str],
    body: bytes,
    settings: ProviderSettings,
    *,
    read: Callable[[Event], Report | None],
) -> list[Report]:
    """Return what `read` makes of each event of a request. Raises NotSigned."""
    _check_sign_in(headers, settings)
    return [report for event in _list_events(body) if (report := read(event))]


def _list_events(body: bytes) -> Sequence[Event]:
    """Return the events of a body: one, or a list. One of no kind for what can't be read."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return [{"": sha256(body).hexdigest()}]
    events = found if isinstance(found, list) else [found]
    return [each if isinstance(each, dict) else {"": each} for each in events]


def text_in(event: Event, *names: str) -> str:
    """Return the first of these fields that is a text or a number, as a text."""
    for name in names:
        value = event.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value).strip()[:MOST_WORDS]
    return ""


def part_of(event: Event, name: str) -> Event:
    """Return an object within an event; an empty one if there is none."""
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def tokens_in(*values: object) -> tuple[str, ...]:
    """Return the tokens among values as the addresses that carry them."""
    texts = [each.strip() for each in values if isinstance(each, str)]
    return tuple(f"+{each}@" for each in texts if TOKEN.fullmatch(each))


def read_time(since_1970: object, *, parts: int = 1) -> datetime | None:
    """Return a moment that is given in seconds since 1970, or in these parts of seconds."""
    if isinstance(since_1970, bool) or not isinstance(since_1970, int | float):
        return None
    try:
        return datetime.fromtimestamp(since_1970 / parts, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def name_event(event: Event, *names: str) -> str:
    """Return an id for an event without one: the same whenever the provider sends it again."""
    values = [text_in(event, name) for name in names]
    named = values if any(values) else [json.dumps(event, sort_keys=True)]
    return sha256("\0".join(named).encode(errors="replace")).hexdigest()[:32]


def judge(
    words: str,
    address: str,
    *,
    is_final: bool,
    status: str | None = None,
    otherwise: BounceClass = BounceClass.UNKNOWN,
) -> Failure:
    """Return a failure by the words of the server, or `otherwise` where they tell nothing.

    A mailbox is dead only if the provider has given up too, or the server's code is permanent.
    """
    is_told = bool(words or status)
    found = classify(None, status, words) if is_told else otherwise
    if found is BounceClass.UNKNOWN and WEIGHTS[otherwise] is not Weight.DEAD:
        found = otherwise
    is_sure = is_final or PERMANENT.search(f"{status or ''} {words}") is not None
    if WEIGHTS[found] is Weight.DEAD and not is_sure:
        found = BounceClass.TRANSIENT
    return Failure(
        address=address or None, bounce_class=found, status=status, words=words[:MOST_WORDS]
    )


def unknown(event: object, kind: str, event_id: str) -> UnknownEvent:
    """Return the report of an event that can't be read."""
    return UnknownEvent(
        kind=ReportKind.UNREADABLE,
        feedback_type=kind[:LONGEST_TYPE] or None,
        event_id=event_id,
        raw=json.dumps(event).encode()[:MOST_OCTETS],
    )
