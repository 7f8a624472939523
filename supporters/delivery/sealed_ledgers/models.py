"""The table of the sealed ledgers: the leaves of the tree over the rows of a campaign."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model


class LedgerTile(Model):
    """Up to 256 neighbouring leaves of a sealed ledger, 32 bytes each, and the root over them.

    The leaves are in the order of their tokens, so that neighbours prove that there is none
    between them. Nothing leads from a leaf to a person who was erased.
    """

    __tablename__ = "ledger_tile"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaves: Mapped[bytes]
    root: Mapped[bytes]
