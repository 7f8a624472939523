"""The table of the texts that the team has saved: templates and pieces."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.campaigns.models import MAX_PREHEADER, MAX_SUBJECT
from supporters.database import Model, UtcDateTime, enum_column, foreign_key

MAX_NAME = 80


class TextKind(StrEnum):
    """A whole message to begin a campaign with, or blocks to insert into one."""

    TEMPLATE = "template"
    PIECE = "piece"


class TeamText(Model):
    """A template or a piece of the team. All accounts that write campaigns can read it.

    `document` is its text in blocks, without their ids. A piece has no subject and no preheader.
    """

    __tablename__ = "team_text"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[TextKind] = mapped_column(enum_column(TextKind, "kind"))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER))
    document: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def is_template(self) -> bool:
        """Whether it is a whole message to begin with, and no piece."""
        return self.kind is TextKind.TEMPLATE
