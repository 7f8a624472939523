"""The tables of retention: rules, changes of rules, and runs."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.audit_log.audit_events import Act
from supporters.database import Model, foreign_key

MAX_REASON = 500


class RetentionAct(Act):
    """Acts about retention."""

    CHANGED = (
        "retention.changed",
        _(
            "%(actor)s changed a retention time (%(category)s): "
            "%(before)s days before, %(after)s days now."
        ),
    )
    RAN = "retention.ran", _("%(actor)s started a purge of expired data.")


class RetentionRule(Model):
    """How long a category is retained, and on which legal ground; without days, for no fixed time.

    `basis` and `note` are keys of the enums for them in `rules.py`. Any other text was written by
    this installation and is shown as it is.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("days > 0", name="days"),)

    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int | None]
    basis: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class RetentionChange(Model):
    """A change of a retention time: the account, the time and the reason."""

    __tablename__ = "retention_change"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(ForeignKey("retention_rule.category"))
    days_before: Mapped[int]
    days_after: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    changed_at: Mapped[datetime]


class RetentionRun(Model):
    """A daily round through every category; or the deletions of one day's minutes."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_round: Mapped[bool]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RetentionResult(Model):
    """The result of a run for a category: how many rows were too old, and what was done."""

    __tablename__ = "retention_result"

    run_id: Mapped[int] = foreign_key("retention_run.id", on_delete="CASCADE", primary_key=True)
    category: Mapped[str] = mapped_column(ForeignKey("retention_rule.category"), primary_key=True)
    looked_at: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
