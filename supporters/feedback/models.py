"""The reports that came back and what they did, without addresses, and unreadable emails."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.audit_log.audit_events import Act
from supporters.bounce_classes.classes import BounceClass
from supporters.database import Model, UtcDateTime, enum_column
from supporters.feedback.reports.report import ReportKind


class Source(StrEnum):
    """Where a report came from: a reader of emails, our own SMTP dialogue, or a provider."""

    IMAP = "imap"
    MAILDIR = "maildir"
    LMTP = "lmtp"
    PIPE = "pipe"
    DIALOGUE = "dialogue"
    BREVO = "brevo"
    MAILJET = "mailjet"
    SES = "ses"


class Effect(StrEnum):
    """The effect of a report.

    ABOUT_US: a bounce that says nothing of the mailbox. UNREACHABLE: nobody reads the mailbox, so
    its holder is not written to. LEFT: the person left everything, LEFT_LIST one list. REPEATED:
    the same report came before, and this one has no row.
    """

    NONE = "none"
    COUNTED = "counted"
    ABOUT_US = "about_us"
    UNREACHABLE = "unreachable"
    LEFT = "left"
    LEFT_LIST = "left_list"
    SIGNUP_TOLD = "signup_told"
    ANSWER_COUNTED = "answer_counted"
    ANSWER_PASSED_ON = "answer_passed_on"
    IGNORED_NO_TOKEN = "ignored_no_token"  # noqa: S105 - an effect
    IGNORED_TOO_OLD = "ignored_too_old"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"


class FeedbackAct(Act):
    """Acts about emails that came back."""

    UNREADABLE_DELETED = (
        "sending.unreadable_deleted",
        _("%(actor)s deleted an email that came back and that nobody could read."),
    )


class FeedbackReport(Model):
    """A report that came back, and what it did. It names nobody.

    `natural_key` is a hash that the same report has again: it acts once.
    """

    __tablename__ = "feedback_report"
    __table_args__ = (
        UniqueConstraint("natural_key"),
        Index("ix_feedback_report_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    natural_key: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[Source] = mapped_column(enum_column(Source, "source"))
    kind: Mapped[ReportKind] = mapped_column(enum_column(ReportKind, "kind"))
    bounce_class: Mapped[BounceClass | None] = mapped_column(
        enum_column(BounceClass, "bounce_class")
    )
    effect: Mapped[Effect] = mapped_column(enum_column(Effect, "effect"))
    campaign_id: Mapped[int | None]


class UnreadableMail(Model):
    """An email that came back and could not be read: encrypted, for a person to look at.

    `size` is in octets; a larger one is cut.
    """

    __tablename__ = "unreadable_mail"
    __table_args__ = (Index("ix_unreadable_mail_received_at", "received_at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[Source] = mapped_column(enum_column(Source, "source"))
    size: Mapped[int]
    encrypted: Mapped[bytes] = mapped_column(LargeBinary)
