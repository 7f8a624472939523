"""The tables of the sending window, and of ballots with their silence and their territory."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, part_of
from supporters.territory.rules import PlaceKind

MAX_BALLOT_NAME = 80
NO_OR_WHOLE_SILENCE = (
    "(begins_on IS NULL AND begins_minute IS NULL AND ends_on IS NULL AND ends_minute IS NULL)"
    " OR (begins_on IS NOT NULL AND begins_minute IS NOT NULL AND ends_on IS NOT NULL"
    " AND ends_minute IS NOT NULL)"
)


class SendingWindow(Model):
    """The one row of the sending window. Without it, campaigns may leave at any time.

    `days` are bits, 1 for Monday. `opens` and `closes` are minutes of the day by the clock of a
    campaign's list; a window that closes no later than it opens ends on the next day.
    """

    __tablename__ = "sending_window"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("days BETWEEN 1 AND 127", name="opens_on_a_day"),
        CheckConstraint("opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1439", name="minutes"),
        CheckConstraint("opens <> closes OR opens = 0", name="opens_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class SilenceKind(StrEnum):
    """Where the hours of a silence come from: the rule of the country, or a person."""

    RULE = "rule"
    TYPED = "typed"
    NONE = "none"


class Ballot(Model):
    """A vote, from its first to its last day, and the electoral silence around it.

    The silence has its days and minutes by the clock of each list. A ballot without places
    concerns every list.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint(NO_OR_WHOLE_SILENCE, name="whole_silence"),
        CheckConstraint(
            "begins_on < ends_on OR (begins_on = ends_on AND begins_minute < ends_minute)",
            name="silence_ends_after_it_begins",
        ),
        CheckConstraint(
            "begins_minute BETWEEN 0 AND 1439 AND ends_minute BETWEEN 0 AND 1439", name="minutes"
        ),
        CheckConstraint("silence <> 'none' OR begins_on IS NULL", name="no_silence"),
        CheckConstraint("silence <> 'typed' OR begins_on IS NOT NULL", name="typed_silence"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(MAX_BALLOT_NAME))
    country: Mapped[str] = mapped_column(String(2))
    first_day: Mapped[date]
    last_day: Mapped[date]
    silence: Mapped[SilenceKind] = mapped_column(enum_column(SilenceKind, "silence"))
    begins_on: Mapped[date | None]
    begins_minute: Mapped[int | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    ends_minute: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class BallotPlace(Model):
    """A place of a ballot's territory, by its code, as those of a list."""

    __tablename__ = "ballot_place"

    ballot_id: Mapped[int] = part_of("ballot.id")
    kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
