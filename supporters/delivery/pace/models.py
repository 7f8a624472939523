"""The ceilings of each receiving provider, what left to it by hours, and shared connections."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column
from supporters.delivery.models import MAX_SENDER_NAME
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.people.domain_groups import DomainGroup

MOST_AN_HOUR, MOST_A_DAY = 1_000_000, 10_000_000


class LoweringReason(StrEnum):
    """Why a ceiling was halved for a day."""

    RATE_LIMIT = "rate_limit"
    REFUSALS = "refusals"
    COMPLAINTS = "complaints"


class DomainCeiling(Model):
    """How much may leave to the domains of a provider, over all campaigns and machines.

    `lowered_by` divides its ceilings until `lowered_until`; `found_an_hour` is what left to
    everybody in the hour before, if there was no ceiling to divide. No batch of the group is
    claimed before `full_until`.
    """

    __tablename__ = "domain_ceiling"
    __table_args__ = (
        CheckConstraint(
            f"(an_hour IS NULL OR an_hour BETWEEN 1 AND {MOST_AN_HOUR})"
            f" AND (a_day IS NULL OR a_day BETWEEN 1 AND {MOST_A_DAY})",
            name="ceilings",
        ),
        CheckConstraint("(plan IS NULL) = (plan_began_on IS NULL)", name="warm_up"),
        CheckConstraint(
            "lowered_by >= 1 AND (lowered_until IS NULL) = (lowered_at IS NULL)"
            " AND (lowered_until IS NULL) = (lowered_because IS NULL)",
            name="lowered",
        ),
    )

    domain_group: Mapped[DomainGroup] = mapped_column(
        enum_column(DomainGroup, "domain_group"), primary_key=True
    )
    an_hour: Mapped[int | None]
    a_day: Mapped[int | None]
    plan: Mapped[WarmUpPlan | None] = mapped_column(enum_column(WarmUpPlan, "plan"))
    plan_began_on: Mapped[date | None] = mapped_column(Date)
    lowered_by: Mapped[int] = mapped_column(default=1)
    lowered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lowered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lowered_because: Mapped[LoweringReason | None] = mapped_column(
        enum_column(LoweringReason, "lowered_because")
    )
    found_an_hour: Mapped[int | None]
    full_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DomainUse(Model):
    """How many emails left to a provider in an hour, those underway included."""

    __tablename__ = "domain_use"

    domain_group: Mapped[DomainGroup] = mapped_column(
        enum_column(DomainGroup, "domain_group"), primary_key=True
    )
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    mails: Mapped[int]


class RelayLease(Model):
    """A connection that campaigns may have, and its holder. No row: there is no common limit."""

    __tablename__ = "relay_lease"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    held_by: Mapped[str | None] = mapped_column(String(MAX_SENDER_NAME))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
