"""Events of Mailjet: one JSON object, or a list if they are grouped; signed in by password.

dev.mailjet.com/email/guides/webhooks. Mailjet returns our header X-MJ-CustomID as `CustomID`, and
names the cause of a failure by a word of its own; the server's reply, if any, is in `comment`.
"""

from collections.abc import Mapping

from supporters.bounce_classes.classes import BounceClass
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

LEFT_OUT = {"open", "click", "sent"}  # we watch no reader, and a delivery changes nothing
KINDS = {
    "spam": ReportKind.COMPLAINT,
    "unsub": ReportKind.UNSUBSCRIBE,
    "bounce": ReportKind.BOUNCE,
    "blocked": ReportKind.BOUNCE,
}
# Its words for causes, with the meaning that its documentation gives them. “No mail host” is a
# host that doesn't answer, “preblocked” and “blacklisted” are its own lists.
CAUSES = {
    "user unknown": BounceClass.NO_MAILBOX,
    "invalid domain": BounceClass.NO_DOMAIN,
    "mailbox inactive": BounceClass.DISABLED,
    "quota exceeded": BounceClass.FULL,
    "no mail host": BounceClass.TRANSIENT,
    "greylisted": BounceClass.TRANSIENT,
    "system issue": BounceClass.TRANSIENT,
    "connection issue": BounceClass.TRANSIENT,
    "relay/access denied": BounceClass.POLICY,
    "policy issue": BounceClass.POLICY,
    "blacklisted": BounceClass.POLICY,
    "preblocked": BounceClass.POLICY,
    "spam reporter": BounceClass.POLICY,
    "sender blocked": BounceClass.REPUTATION,
    "content blocked": BounceClass.CONTENT,
    "protocol issue": BounceClass.PROTOCOL,
    "duplicate in campaign": BounceClass.PROTOCOL,
}
OF_AN_EVENT = ("event", "MessageID", "mj_message_id", "CustomID", "email", "time", "error")


def read_events(
    headers: Mapping[str, str], body: bytes, settings: ProviderSettings
) -> list[Report]:
    """Return the reports of a request. Raises NotSigned."""
    return read_signed_events(headers, body, settings, read=_read)


def _read(event: Event) -> Report | None:
    kind, event_id = text_in(event, "event").lower(), name_event(event, *OF_AN_EVENT)
    if kind in LEFT_OUT:
        return None
    if kind not in KINDS:
        return unknown(event, kind, event_id)
    found = ReportKind.DELAY if _is_tried_again(event) else KINDS[kind]
    return Report(
        kind=found,
        failures=(_judge(event, kind),) if kind in {"bounce", "blocked"} else (),
        tokens=tokens_in(event.get("CustomID"), event.get("Payload")),
        recipient=text_in(event, "email") or None,
        feedback_type=ABUSE if found is ReportKind.COMPLAINT else None,
        occurred_at=read_time(event.get("time")),
        event_id=event_id,
    )


def _is_tried_again(event: Event) -> bool:
    return text_in(event, "error").lower() == "greylisted" and event.get("hard_bounce") is not True


def _judge(event: Event, kind: str) -> Failure:
    """Return the failure of an event. Mailjet tries no address that it blocks.

    The server's reply comes first; without one, the word of Mailjet counts if it has given up.
    """
    address = text_in(event, "email")
    if kind == "blocked":
        cause = text_in(event, "error")
        return Failure(address=address or None, bounce_class=BounceClass.POLICY, words=cause)
    cause = CAUSES.get(text_in(event, "error").lower(), BounceClass.UNKNOWN)
    words = text_in(event, "comment", "smtp_reply")
    return judge(words, address, is_final=event.get("hard_bounce") is True, otherwise=cause)
