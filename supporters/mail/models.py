"""The outbox: an email is a row before it is sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column


class EmailKind(StrEnum):
    """The purpose of an email; each has its templates in templates/mail/."""

    CONFIRM_SIGNUP = "confirm_signup"
    ALREADY_SUBSCRIBED = "already_subscribed"
    TEAM_INVITATION = "invitation"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a template
    CAMPAIGN_TEST = "campaign_test"
    EXPORT_MADE = "export_made"
    INVITATION = "re_permission"
    CHECKPOINT = "log_head"
    DISPUTE_PAUSE = "contested_stop"
    RECONFIRMATION = "ask_again"
    MY_DATA = "my_data"
    NEW_ADDRESS = "new_address"
    ADDRESS_CHANGED = "address_moved"
    CASE_DUE = "case_due"
    CASE_EXTENDED = "case_extended"
    UNSUBSCRIBED_FROM_ALL = "taken_off"
    SECURITY_NOTICE = "security_notice"
    DONE_ON_BEHALF = "done_on_behalf"
    BREACH_NOTICE = "breach_notice"
    WELCOME = "welcome"
    PAUSED = "paused"
    BACK_ON_LIST = "back_on_list"
    ANSWER_PASSED_ON = "answer_passed_on"


class EmailStatus(StrEnum):
    """The status of an email in the outbox."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    WITHHELD = "withheld"
    GIVEN_UP = "given_up"


LOST = "lost with the body on its way"  # as it is stored and logged


class OutboxEmail(Model):
    """A transactional email. Its recipient and content are encrypted, and deleted once it is sent.

    `claimed_by` is the worker process that has claimed it, or claimed it last. `times_lost` is how
    often the connection was lost when the relay may have taken it. `waits_for_relay`: its last
    attempt ended with the connection, and the relay said nothing about it. `bounced_at` is when it
    came back after it was sent; `is_dead`: because nobody has this mailbox. If its links can
    confirm, `message_sha256` is the hash of the bytes that the relay took, and `snapshot_sha256`
    names its text without the values of a person (`mail.written_emails`).
    """

    __tablename__ = "outbox_email"
    __table_args__ = (
        Index("ix_outbox_email_status_next_attempt_at", "status", "next_attempt_at"),
        Index("ix_outbox_email_rate_mac_created_at", "rate_mac", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[EmailKind] = mapped_column(enum_column(EmailKind, "kind"))
    language: Mapped[str] = mapped_column(String(5))
    rate_mac: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[EmailStatus] = mapped_column(enum_column(EmailStatus, "status"))
    encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_reply: Mapped[str | None] = mapped_column(String(40))
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    times_lost: Mapped[int] = mapped_column(default=0, server_default="0")
    waits_for_relay: Mapped[bool] = mapped_column(default=False, server_default=false())
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_dead: Mapped[bool] = mapped_column(server_default=false())
    message_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    snapshot_sha256: Mapped[bytes | None] = mapped_column(
        LargeBinary, ForeignKey("email_snapshot.content_hash")
    )
