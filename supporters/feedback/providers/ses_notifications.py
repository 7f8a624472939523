"""Reads what Amazon SES says of an email: its feedback notifications and its published events."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from supporters.bounce_classes.classes import BounceClass
from supporters.feedback.providers.webhook_events import (
    ABUSE,
    Event,
    judge,
    part_of,
    text_in,
    tokens_in,
    unknown,
)
from supporters.feedback.reports.report import Failure, Report, ReportKind

LEFT_OUT = {"Send", "Delivery", "Open", "Click"}  # no reader is watched; a delivery does nothing
KINDS = {
    "Bounce": ReportKind.BOUNCE,
    "Complaint": ReportKind.COMPLAINT,
    "DeliveryDelay": ReportKind.DELAY,
    "Reject": ReportKind.BOUNCE,
    "Rendering Failure": ReportKind.BOUNCE,
    "Subscription": ReportKind.OTHER_FEEDBACK,
}
PARTS = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
# On a list of Amazon's or of the account: never tried, so no server has judged the mailbox.
NOT_TRIED = {"Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient"}
OTHERWISE = {
    "MailboxFull": BounceClass.FULL,
    "MessageTooLarge": BounceClass.SIZE,
    "ContentRejected": BounceClass.CONTENT,
    "AttachmentRejected": BounceClass.CONTENT,
    "SpamDetected": BounceClass.CONTENT,
    "CustomTimeoutExceeded": BounceClass.EXPIRED,
    "IPFailure": BounceClass.REPUTATION,
    "SendingDeferral": BounceClass.RATE,
}
OF_THE_MESSAGE = {"Reject": BounceClass.CONTENT, "Rendering Failure": BounceClass.PROTOCOL}
TAG = "supporters"


def read_notification(event: Mapping[str, Any], message_id: str) -> Report | None:
    """Return the report of an event; `message_id` is that of SNS. None for what we left out."""
    kind = text_in(event, "eventType", "notificationType")
    if kind in LEFT_OUT:
        return None
    if kind not in KINDS:
        return unknown(event, kind, message_id)
    part = part_of(event, PARTS.get(kind, kind.lower()))
    found, feedback_type = _kind_of(kind, part)
    return Report(
        kind=found,
        failures=tuple(_list_failures(kind, part, event)),
        tokens=_tokens_of(part_of(event, "mail")),
        feedback_type=feedback_type,
        recipient=next(iter(_list_texts(part_of(event, "mail").get("destination"))), None),
        occurred_at=_time_of(part),
        event_id=text_in(part, "feedbackId") or message_id,
    )


def _kind_of(kind: str, part: Event) -> tuple[ReportKind, str | None]:
    """Return the kind, and the type of a complaint.

    One that only says that the account's own list has the address was made about another email.
    """
    if kind == "Complaint" and text_in(part, "complaintSubType") in NOT_TRIED:
        return ReportKind.OTHER_FEEDBACK, None
    if kind == "Complaint":
        return ReportKind.COMPLAINT, text_in(part, "complaintFeedbackType") or ABUSE
    left = part_of(part, "newTopicPreferences").get("unsubscribeAll") is True
    if kind == "Subscription" and left:
        return ReportKind.UNSUBSCRIBE, None
    return KINDS[kind], None


def _tokens_of(mail: Event) -> tuple[str, ...]:
    """Return the token in the tags of the message, and its envelope sender, which has it too."""
    values = part_of(mail, "tags").get(TAG)
    tags = tokens_in(*values) if isinstance(values, list) else ()
    source = text_in(mail, "source")
    return (*tags, source) if "+" in source else tags


def _list_failures(kind: str, part: Event, event: Event) -> Iterator[Failure]:
    if kind in OF_THE_MESSAGE:
        words = text_in(part, "reason", "errorMessage")
        for address in _list_texts(part_of(event, "mail").get("destination")) or [""]:
            yield Failure(address=address or None, bounce_class=OF_THE_MESSAGE[kind], words=words)
    if kind in {"Bounce", "DeliveryDelay"}:
        recipients = part.get("bouncedRecipients", part.get("delayedRecipients"))
        found = recipients if isinstance(recipients, list) else []
        for each in [one for one in found if isinstance(one, dict)] or [{}]:
            yield _judge(part, each)


def _judge(part: Event, recipient: Event) -> Failure:
    """Return the failure of one recipient, by the answer of its server."""
    cause = text_in(part, "bounceSubType", "delayType")
    address, words = text_in(recipient, "emailAddress"), text_in(recipient, "diagnosticCode")
    if cause in NOT_TRIED:
        return Failure(address=address or None, bounce_class=BounceClass.POLICY, words=words)
    is_final = text_in(part, "bounceType") == "Permanent"
    usual = BounceClass.UNKNOWN if is_final else BounceClass.TRANSIENT
    return judge(
        words,
        address,
        is_final=is_final,
        status=text_in(recipient, "status") or None,
        otherwise=OTHERWISE.get(cause, usual),
    )


def _list_texts(values: object) -> Sequence[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _time_of(part: Event) -> datetime | None:
    try:
        found = datetime.fromisoformat(text_in(part, "timestamp"))
    except ValueError:
        return None
    return found if found.tzinfo else None
