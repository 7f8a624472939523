"""The table of the party's theme: the look of its emails and of its public pages."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column, foreign_key

MAX_ALT = 100
MAX_ADDRESS = 300
MAX_SHARE_WORDS = 200


class Alignment(StrEnum):
    """The side of the head of emails on which the logo and the name stand."""

    LEFT = "left"
    CENTER = "center"


class StoredTheme(Model):
    """The one row of the party's theme. Without it, all has the colours of this program.

    `links` is a JSON object: an address for each network; `share_words` one too: a sentence for
    each language. Files and sizes of pictures stand here too, because emails know no library of
    pictures. `icon` is a small square PNG, made of the picture `icon_id`.
    """

    has_few_rows = True
    __tablename__ = "theme"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("(logo_id IS NULL) = (logo_file IS NULL)", name="logo"),
        CheckConstraint("(picture_id IS NULL) = (picture_file IS NULL)", name="picture"),
        CheckConstraint("(share_id IS NULL) = (share_file IS NULL)", name="share"),
        CheckConstraint("(icon_id IS NULL) = (icon IS NULL)", name="icon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accent: Mapped[str] = mapped_column(String(7))
    accent_words: Mapped[str] = mapped_column(String(7))
    stripe: Mapped[str] = mapped_column(String(7))
    alignment: Mapped[Alignment] = mapped_column(enum_column(Alignment, "alignment"))
    shows_name: Mapped[bool]
    logo_id: Mapped[int | None] = foreign_key("picture.id")
    logo_file: Mapped[str | None] = mapped_column(String(30))
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]
    logo_alt: Mapped[str] = mapped_column(String(MAX_ALT))
    links: Mapped[str] = mapped_column(Text)
    postal_address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    picture_id: Mapped[int | None] = foreign_key("picture.id")
    picture_file: Mapped[str | None] = mapped_column(String(30))
    picture_width: Mapped[int | None]
    picture_height: Mapped[int | None]
    picture_alt: Mapped[str] = mapped_column(String(MAX_ALT), server_default="")
    picture_in_mails: Mapped[bool] = mapped_column(server_default=false())
    share_id: Mapped[int | None] = foreign_key("picture.id")
    share_file: Mapped[str | None] = mapped_column(String(30))
    share_width: Mapped[int | None]
    share_height: Mapped[int | None]
    share_words: Mapped[str] = mapped_column(Text, server_default="{}")
    icon_id: Mapped[int | None] = foreign_key("picture.id")
    icon: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
