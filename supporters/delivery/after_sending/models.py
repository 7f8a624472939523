"""The totals of departures and of what came back, and the campaigns that follow another one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column, part_of

COMPLAINTS, ANSWERS = "complaint", "answer"  # figures beside the classes of bounces
SHARDS = 16  # rows of an hour: those who leave at the same time rarely wait for each other


class DepartureCount(Model):
    """How many people left by a link of a campaign, in an hour (UTC). It names nobody.

    An undone departure counts down, perhaps in another shard: only their sum means something. It
    refers to no table, so that a press on “unsubscribe” locks no campaign.
    """

    __tablename__ = "departure_count"
    __table_args__ = (CheckConstraint(f"shard >= 0 AND shard < {SHARDS}", name="shard"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int]


class ReturnCount(Model):
    """How many people a figure of a campaign is about: bounces of a class, complaints, answers.

    `known` is how many of them have paused it already, `told_at` when the team was told of them
    without a pause. It names nobody, and refers to no table, as `departure_count`.
    """

    __tablename__ = "return_count"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    figure: Mapped[str] = mapped_column(String(20), primary_key=True)
    people: Mapped[int]
    known: Mapped[int] = mapped_column(default=0, server_default="0")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FollowKind(StrEnum):
    """The people whom a campaign that follows another one is for.

    SAME_PEOPLE: those who got it, or may have. MISSED: those whom its cancellation left out.
    """

    SAME_PEOPLE = "same_people"
    MISSED = "missed"


class FollowUp(Model):
    """A campaign that goes only to people of an earlier one, by what became of its emails."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("campaign_id <> followed_id", name="another"),
        Index("ix_follow_up_followed_id", "followed_id"),
    )

    campaign_id: Mapped[int] = part_of("campaign.id", autoincrement=False)
    followed_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[FollowKind] = mapped_column(enum_column(FollowKind, "kind"))
