"""The ledger: a row for each campaign and person, their batches, and when they are due."""

from datetime import datetime
from typing import cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.models import IS_CONSENT
from supporters.database import Model, UtcDateTime, enum_column, foreign_key, partial_index
from supporters.delivery.rules import DeliveryStatus, HoldReason

IS_DUE = text("due_at IS NOT NULL")
IS_CLAIMED = text("claimed_by IS NOT NULL")
MAX_SENDER_NAME = 40
MAX_REASON = 500


class Delivery(Model):
    """One email to one person, tied to their confirmed consent to a purpose of the campaign.

    The purpose names the list that the person gets it by. `left_by` names the sender that left it
    uncertain; otherwise it is empty. `language` is that of the text, as the last claim chose it:
    empty for the first language of the campaign.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(IS_CONSENT, name="confirmed"),
        ForeignKeyConstraint(
            ["campaign_id", "purpose_id"], ["campaign_list.campaign_id", "campaign_list.purpose_id"]
        ),
        ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_delivery_consent",
        ),
        Index("ix_delivery_campaign_id_batch", "campaign_id", "batch"),
        Index("ix_delivery_subscriber_id", "subscriber_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    batch: Mapped[int]
    purpose_id: Mapped[int]
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20), default="confirmed")
    status: Mapped[DeliveryStatus] = mapped_column(enum_column(DeliveryStatus, "status"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_by: Mapped[str | None] = mapped_column(String(MAX_SENDER_NAME))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(5))


class DeliveryBatch(Model):
    """A set of a campaign's emails that one sender claims and records together, and their counts.

    `cancelled` is a part of `skipped`: the other people left, or may not be written to.
    `due_at` is when an email in it can be sent next; empty once every email is settled.
    `revoked_at` is since when the sender that holds it may begin no email any more. One with a
    `domain_group` was cut from others at a ceiling; those of a first wave have numbers below one.
    """

    __tablename__ = "delivery_batch"
    __table_args__ = (
        CheckConstraint(
            "accepted >= 0 AND deferred >= 0 AND refused >= 0 AND skipped >= 0 AND uncertain >= 0"
            " AND accepted + deferred + refused + skipped + uncertain <= size",
            name="adds_up",
        ),
        CheckConstraint("cancelled >= 0 AND cancelled <= skipped", name="cancelled"),
        partial_index(
            "ix_delivery_batch_campaign_id_due_at", "campaign_id", "due_at", where=IS_DUE
        ),
        partial_index("ix_delivery_batch_claimed_by", "claimed_by", where=IS_CLAIMED),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    domain_group: Mapped[str | None] = mapped_column(String(20))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(MAX_SENDER_NAME))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted: Mapped[int] = mapped_column(default=0)
    deferred: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[int] = mapped_column(default=0)


class DeliveryErased(Model):
    """How many rows the ledger lost to erasures, by batch and state: its sums stay right."""

    __tablename__ = "delivery_erased"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "batch"], ["delivery_batch.campaign_id", "delivery_batch.number"]
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[DeliveryStatus] = mapped_column(
        enum_column(DeliveryStatus, "status"), primary_key=True
    )
    mails: Mapped[int]


class DeliveryInterval(Model):
    """The attempts of a campaign in ten seconds, by result: its history."""

    __tablename__ = "delivery_interval"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    accepted: Mapped[int] = mapped_column(default=0)
    deferred: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[int] = mapped_column(default=0)


class DeliveryControl(Model):
    """The one row that every worker reads: the stop, the hold, and the common rate.

    `held_size` is how many entries of the consent log were sealed when the hold began: what the
    backup had. `lifted_at` is when an owner last said that this database is the right one.
    `resumed_at` is when an owner ended the last stop. A stop without an account is of a command.
    """

    __tablename__ = "delivery_control"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint(
            "stopped_at IS NOT NULL OR (stopped_by_id IS NULL AND stopped_because IS NULL)",
            name="stopped",
        ),
        CheckConstraint("(resumed_at IS NULL) = (resumed_because IS NULL)", name="resumed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    stopped_because: Mapped[str | None] = mapped_column(String(MAX_REASON))
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumed_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    resumed_because: Mapped[str | None] = mapped_column(String(MAX_REASON))
    next_slot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_because: Mapped[HoldReason | None] = mapped_column(enum_column(HoldReason, "held_because"))
    held_size: Mapped[int | None] = mapped_column(BigInteger)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    lifted_because: Mapped[str | None] = mapped_column(String(MAX_REASON))


class SendingRule(Model):
    """The one row of the rules for the hours of sending. Without it the defaults count.

    A campaign whose hour passed more than `late_limit_minutes` ago is held.
    """

    __tablename__ = "sending_rule"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("late_limit_minutes BETWEEN 1 AND 1440", name="late_limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    late_limit_minutes: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class SendingThresholds(Model):
    """The one row of the thresholds above which a campaign pauses itself, in 1,000 people each.

    Without it, `thresholds.threshold_rules` has them.
    """

    __tablename__ = "sending_thresholds"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint(
            "disputed BETWEEN 1 AND 1000 AND refused BETWEEN 1 AND 1000"
            " AND departed BETWEEN 1 AND 1000 AND complained BETWEEN 1 AND 1000",
            name="shares",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    disputed: Mapped[int]
    refused: Mapped[int]
    departed: Mapped[int]
    complained: Mapped[int] = mapped_column(server_default="3")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class Machine(Model):
    """A machine that uses this database: when it was seen last, its keys, and what it runs.

    A worker's machine keeps the same moment in a file: a database that has an earlier one is older.
    `clock_ahead_ms` is how much its clock differs from the database's. The columns of the pages say
    what its web processes are and know. `lost_at` is when somebody said that it is lost for good.
    `new_in_hold` is when the hold began during which it joined with an empty folder.
    """

    __tablename__ = "machine"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keys: Mapped[str] = mapped_column(Text)
    host: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[str | None] = mapped_column(String(64))
    clock_ahead_ms: Mapped[int | None]
    pages_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pages_keys: Mapped[str | None] = mapped_column(Text)
    pages_version: Mapped[str | None] = mapped_column(String(64))
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_in_hold: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def last_seen_at(self) -> datetime:
        """When its worker or its pages were seen last: one of them may run elsewhere by now."""
        return max(self.seen_at, self.pages_seen_at or self.seen_at)


class SecretKey(Model):
    """A secret key by its fingerprint: when a machine first had it, and when it became the newest.

    Between that moment and the next key's, it signed the links of all emails.
    """

    __tablename__ = "secret_key"

    fingerprint: Mapped[str] = mapped_column(String(8), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    newest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


deliveries = cast(Table, Delivery.__table__)
batches = cast(Table, DeliveryBatch.__table__)
