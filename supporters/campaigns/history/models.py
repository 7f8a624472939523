"""The table of saved texts of campaigns."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.campaigns.models import MAX_PREHEADER, MAX_SUBJECT
from supporters.database import Model, UtcDateTime, foreign_key

MAX_NAME = 80


class SavedText(Model):
    """The text of a campaign as it was saved. The newest one is the text of a draft as it is now.

    One has the saves of one account within ten minutes: `begun_at` is the first of them, `saved_at`
    the last, `revision` that of the campaign. `version` is the number of the frozen version with
    this text, `restored_number` that of the saved text that was restored with it.
    """

    __tablename__ = "saved_text"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER))
    body: Mapped[str] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text)
    saved_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(MAX_NAME), default="", server_default="")
    version: Mapped[int | None]
    restored_number: Mapped[int | None]
