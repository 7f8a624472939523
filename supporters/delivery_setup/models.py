"""The findings of the last check of the set-up, its overrides, and the loop tests."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column, foreign_key
from supporters.delivery_setup.findings import FindingState, SetupLine

MAX_REASON = 500
MIN_REASON = 10


class StoredFinding(Model):
    """A line of the last check, for all machines. `red_since` outlives times without DNS.

    `fault` is a value of SetupFault, `fault_values` a JSON object of its words. It has no check
    constraint: a later version adds faults.
    """

    __tablename__ = "setup_finding"

    line: Mapped[SetupLine] = mapped_column(enum_column(SetupLine, "line"), primary_key=True)
    state: Mapped[FindingState] = mapped_column(enum_column(FindingState, "state"))
    is_required: Mapped[bool]
    fault: Mapped[str | None] = mapped_column(String(40))
    fault_values: Mapped[str] = mapped_column(Text)
    found: Mapped[str] = mapped_column(Text)
    record_name: Mapped[str | None] = mapped_column(String(255))
    record_type: Mapped[str | None] = mapped_column(String(10))
    record_value: Mapped[str | None] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    red_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SetupOverride(Model):
    """A decision of an owner to send although a required line is red. It ends by itself."""

    __tablename__ = "setup_override"
    __table_args__ = (CheckConstraint(f"length(reason) >= {MIN_REASON}", name="reason"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(MAX_REASON))
    by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoopShape(StrEnum):
    """The kind of message that a loop test sends."""

    CAMPAIGN = "campaign"
    TRANSACTIONAL = "transactional"


class LoopTest(Model):
    """A message that we sent through the relay to a mailbox that we read.

    `sent` is the message; it is about nobody. `faults` is a JSON list of what the relay did to it.
    """

    __tablename__ = "loop_test"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shape: Mapped[LoopShape] = mapped_column(enum_column(LoopShape, "shape"))
    sent: Mapped[bytes]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    relay_host: Mapped[str] = mapped_column(String(255))
    refusal: Mapped[str | None] = mapped_column(String(200))
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    faults: Mapped[str | None] = mapped_column(Text)
    signers: Mapped[str | None] = mapped_column(Text)
