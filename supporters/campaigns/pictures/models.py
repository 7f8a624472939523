"""The tables of pictures, and of the campaigns that use them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, part_of

MAX_DESCRIPTION = 500
REFERENCE = "img_"
DRAFT = 0  # of the numbers of versions: the text as it is now


class PictureFormat(StrEnum):
    """The format of a picture's file, by the ending of its name."""

    JPEG = "jpg"
    PNG = "png"


class Picture(Model):
    """A picture of the party: its file, and the description that it had last.

    `name` is in its public address: random, so that nobody guesses it and it tells nothing. Texts
    name a picture by its reference. `used_at` is when it was uploaded, or a campaign last began or
    ceased to use it.
    """

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(22), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    format: Mapped[PictureFormat] = mapped_column(enum_column(PictureFormat, "format"))
    width: Mapped[int]
    height: Mapped[int]
    octets: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
    description: Mapped[str] = mapped_column(String(MAX_DESCRIPTION))
    is_decoration: Mapped[bool]
    uploaded_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    uploaded_at: Mapped[datetime]
    used_at: Mapped[datetime]

    @property
    def reference(self) -> str:
        """The name of the picture in texts."""
        return f"{REFERENCE}{self.name}"


class PictureUse(Model):
    """A picture in the text of a campaign: as it is now (version 0), or in a frozen version.

    The database refuses to delete a picture that has one.
    """

    __tablename__ = "picture_use"

    campaign_id: Mapped[int] = part_of("campaign.id")
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    picture_id: Mapped[int] = foreign_key("picture.id", primary_key=True, index=True)


class TeamTextPicture(Model):
    """A picture in a template or in a piece of the team. The database refuses to delete it."""

    __tablename__ = "team_text_picture"

    team_text_id: Mapped[int] = foreign_key("team_text.id", on_delete="CASCADE", primary_key=True)
    picture_id: Mapped[int] = foreign_key("picture.id", primary_key=True, index=True)
