"""The table of the party's face: the look of its emails."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column

MAX_ALT = 100
MAX_ADDRESS = 300


class Alignment(StrEnum):
    """The side of the head of emails on which the logo and the name stand."""

    LEFT = "left"
    CENTER = "center"


class MailFace(Model):
    """The one row of the party's face. Without it, emails have the colours of this program.

    `links` is a JSON object: an address for each network. The file and the size of the logo stand
    here too, because emails know no library of pictures.
    """

    __tablename__ = "mail_face"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("(logo_id IS NULL) = (logo_file IS NULL)", name="logo"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accent: Mapped[str] = mapped_column(String(7))
    accent_words: Mapped[str] = mapped_column(String(7))
    stripe: Mapped[str] = mapped_column(String(7))
    alignment: Mapped[Alignment] = mapped_column(enum_column(Alignment, "alignment"))
    shows_name: Mapped[bool]
    logo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("picture.id"))
    logo_file: Mapped[str | None] = mapped_column(String(30))
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]
    logo_alt: Mapped[str] = mapped_column(String(MAX_ALT))
    links: Mapped[str] = mapped_column(Text)
    postal_address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")
    )
