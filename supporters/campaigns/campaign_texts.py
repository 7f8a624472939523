"""The table of the texts of campaigns in other languages than their first one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, foreign_key

MAX_SUBJECT = 200
MAX_PREHEADER = 200


class LanguageText(Model):
    """The text of a campaign in another language than its first one, which the campaign has.

    `first_language` is always that of the campaign, so that the database refuses a second text in
    it. Each text has its own revision: two people may write in two languages at once.
    """

    __tablename__ = "campaign_text"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "first_language"],
            ["campaign.id", "campaign.language"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        CheckConstraint("language <> first_language", name="other_language"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    first_language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER), default="")
    body: Mapped[str] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
