"""The tables of retention: a rule for each category, its changes, and the runs that kept to it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime

MAX_REASON = 500


class RetentionRule(Model):
    """How long a category is kept, and on what ground; without days it has no end of its own.

    `basis` and `note` are keys of the enums `Basis` and `Note`. A text that is no key is the
    installation's own, and is shown as it is.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("days > 0", name="days"),)

    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int | None]
    basis: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RetentionChange(Model):
    """Who made a category be kept for longer or shorter, when, and why."""

    __tablename__ = "retention_change"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(ForeignKey("retention_rule.category"))
    days_before: Mapped[int]
    days_after: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")
    )
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RetentionRun(Model):
    """A round through every category; or, not a round, what the minutes of one day deleted."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_round: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RetentionResult(Model):
    """What a run did to a category: how many were past a limit, and what became of them."""

    __tablename__ = "retention_result"

    run_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("retention_run.id", ondelete="CASCADE"), primary_key=True
    )
    category: Mapped[str] = mapped_column(ForeignKey("retention_rule.category"), primary_key=True)
    looked_at: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
