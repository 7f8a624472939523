"""The shape of what came back, whether an email or a provider said it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from supporters.bounce_classes.classes import BounceClass

MOST_WORDS = 500


class ReportKind(StrEnum):
    """The kind of an email that came back."""

    BOUNCE = "bounce"
    DELAY = "delay"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    OTHER_FEEDBACK = "other_feedback"
    UNSUBSCRIBE = "unsubscribe"
    AUTO_REPLY = "auto_reply"
    ANSWER = "answer"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One address that an email did not reach: what the server said, and its class.

    `address` is None where the report names none. `status` is the enhanced code (RFC 3463), `words`
    at most `MOST_WORDS` characters of the server's own text: they may quote an address.
    """

    address: str | None
    bounce_class: BounceClass
    code: int | None = None
    status: str | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """The statement of one email, or of one event of a provider.

    `tokens` are the addresses that may carry a signed token of ours, in the order of trust: where
    the report was sent to, then the Return-Path of the enclosed original. `links` are the signed
    links to our site in the enclosed original (List-Unsubscribe). `feedback_type` is that of
    RFC 5965, `recipient` the address that complained or left, if it is named. `event_id` is the
    provider's own.
    """

    kind: ReportKind
    failures: tuple[Failure, ...] = ()
    tokens: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    feedback_type: str | None = None
    recipient: str | None = None
    occurred_at: datetime | None = None
    event_id: str | None = None
