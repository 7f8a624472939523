"""The lists that a campaign goes to: their table, and how they are chosen."""

from typing import NamedTuple

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, part_of


class ListChoice(NamedTuple):
    """A list that gets a campaign, for a purpose that it has or had; without one, for today's."""

    mailing_list_id: int
    purpose_id: int | None = None


class CampaignList(Model):
    """A list whose people get a campaign, for one purpose that the list has or had.

    A person on several of them gets one email, by the first one, in the order of `position`, that
    allows it. The ledger names the purpose, and only purposes of the campaign (ADR 100).
    """

    __tablename__ = "campaign_list"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
    )

    campaign_id: Mapped[int] = part_of("campaign.id")
    purpose_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mailing_list_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int]
