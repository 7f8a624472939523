"""Events of Brevo: one JSON object, or a list in batches; signed in by password or token.

developers.brevo.com/docs/transactional-webhooks, …/batch-webhooks, …/secured-webhooks. Brevo has
no id of an event, and returns our header X-Mailin-custom. Its “deferred” and “soft bounce” are at
times a final 550 of the server (django-anymail's tests have one that was caught).
"""

from collections.abc import Mapping
from datetime import datetime

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.feedback.providers.webhook_events import (
    ABUSE,
    Event,
    judge,
    name_event,
    read_signed_events,
    read_time,
    text_in,
    tokens_in,
    unknown,
)
from supporters.feedback.reports.report import Failure, Report, ReportKind
from supporters.settings.provider_settings import ProviderSettings

LEFT_OUT = {  # we watch no reader, and a delivery changes nothing
    *("request", "sent", "delivered", "opened", "unique_opened", "proxy_open"),
    *("unique_proxy_open", "click", "list_addition"),
}
PLAIN = {
    "spam": ReportKind.COMPLAINT,
    "complaint": ReportKind.COMPLAINT,
    "unsubscribe": ReportKind.UNSUBSCRIBE,
    "unsubscribed": ReportKind.UNSUBSCRIBE,
}
# The class where the server said nothing. Blocked: on Brevo's own list, so never tried.
OTHERWISE = {
    "hard_bounce": BounceClass.UNKNOWN,
    "invalid_email": BounceClass.UNKNOWN,
    "invalid": BounceClass.UNKNOWN,
    "soft_bounce": BounceClass.TRANSIENT,
    "deferred": BounceClass.TRANSIENT,
    "error": BounceClass.PROTOCOL,
    "blocked": BounceClass.POLICY,
}
FINAL = {"hard_bounce", "invalid_email", "invalid"}
OF_AN_EVENT = ("event", "message-id", "X-Mailin-custom", "email", "ts_event", "ts_epoch", "reason")
MILLISECONDS = 1000


def read_events(
    headers: Mapping[str, str], body: bytes, settings: ProviderSettings
) -> list[Report]:
    """Return the reports of a request. Raises NotSigned."""
    return read_signed_events(headers, body, settings, read=_read)


def _read(event: Event) -> Report | None:
    kind, event_id = text_in(event, "event").lower(), name_event(event, *OF_AN_EVENT)
    if kind in LEFT_OUT:
        return None
    if kind not in PLAIN and kind not in OTHERWISE:
        return unknown(event, kind, event_id)
    failures = () if kind in PLAIN else (_judge(event, kind),)
    found = PLAIN.get(kind) or _kind_of(kind, *failures)
    return Report(
        kind=found,
        failures=failures,
        tokens=tokens_in(event.get("X-Mailin-custom")),
        recipient=text_in(event, "email") or None,
        feedback_type=ABUSE if found is ReportKind.COMPLAINT else None,
        occurred_at=_time_of(event),
        event_id=event_id,
    )


def _judge(event: Event, kind: str) -> Failure:
    """Return the failure of an event. No server has judged an address that Brevo blocks."""
    words, address = text_in(event, "reason"), text_in(event, "email")
    if kind == "blocked":
        return Failure(address=address or None, bounce_class=BounceClass.POLICY, words=words)
    return judge(words, address, is_final=kind in FINAL, otherwise=OTHERWISE[kind])


def _kind_of(kind: str, failure: Failure) -> ReportKind:
    """Return whether an event is a bounce: a deferral is one where the server's 550 is final."""
    is_dead = WEIGHTS[failure.bounce_class] is Weight.DEAD
    return ReportKind.DELAY if kind == "deferred" and not is_dead else ReportKind.BOUNCE


def _time_of(event: Event) -> datetime | None:
    at = read_time(event.get("ts_epoch"), parts=MILLISECONDS)
    return at or read_time(event.get("ts_event"))
