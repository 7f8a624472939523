"""The table of the people whom campaigns would reach, as a worker counted them."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model


class AudienceCount(Model):
    """How many people a campaign would have reached at a moment.

    `selection` is "everybody", or the people of a campaign that another one follows. `people` is
    JSON: the people of each list, and the groups of those with the same purposes and language, from
    which the number for any choice of lists follows.
    """

    __tablename__ = "audience_count"

    selection: Mapped[str] = mapped_column(Text, primary_key=True)
    counted_at: Mapped[datetime]
    people: Mapped[str] = mapped_column(Text)
