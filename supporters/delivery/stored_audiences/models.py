"""The table of the people whom campaigns to some lists would reach, as a worker counted them."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model


class AudienceCount(Model):
    """How many people a campaign would have reached at a moment.

    `selection` has its purposes in order, and the campaign that it follows, if any: all campaigns
    with the same ones share the count. `people` is JSON: the people of each purpose and language.
    """

    __tablename__ = "audience_count"

    selection: Mapped[str] = mapped_column(Text, primary_key=True)
    counted_at: Mapped[datetime]
    people: Mapped[str] = mapped_column(Text)
