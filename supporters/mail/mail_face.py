"""The party's face, as the templates of emails show it."""

import json
from dataclasses import dataclass

from supporters.database import db
from supporters.mail.face_models import Alignment, MailFace
from supporters.mail.links import link_to
from supporters.mail.palettes import OURS, Palette, derive_palette
from supporters.mail.social_links import Network

THE_ONE = 1
LOGO_WIDTH, LOGO_HEIGHT = 240, 64  # pixels, at most


@dataclass(frozen=True, kw_only=True)
class Logo:
    """The picture in the head of emails, in the size in which it is shown."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, kw_only=True)
class Face:
    """The look of all emails: colours, head and foot. The default is the look of this program.

    Without a postal address, emails have the one of the settings.
    """

    palette: Palette = OURS
    logo: Logo | None = None
    shows_name: bool = True
    alignment: Alignment = Alignment.LEFT
    links: tuple[tuple[Network, str], ...] = ()
    postal_address: str = ""


def find_face() -> Face:
    """Return the face that the owners chose, or the default."""
    row = find_row()
    return Face() if row is None else face_of(row)


def find_row(*, for_update: bool = False) -> MailFace | None:
    """Return the stored face; None if the owners chose none."""
    return db.session.get(MailFace, THE_ONE, with_for_update=for_update or None)


def face_of(row: MailFace) -> Face:
    """Return the face of a row, which may not be stored yet."""
    links = json.loads(row.links)
    return Face(
        palette=derive_palette(row.accent, row.accent_words, row.stripe),
        logo=_logo_of(row),
        shows_name=row.shows_name or row.logo_file is None,
        alignment=row.alignment,
        links=tuple((each, links[each]) for each in Network if each in links),
        postal_address=row.postal_address,
    )


def _logo_of(row: MailFace) -> Logo | None:
    if row.logo_file is None or not row.logo_width or not row.logo_height:
        return None
    share = min(1, LOGO_WIDTH / row.logo_width, LOGO_HEIGHT / row.logo_height)
    return Logo(
        url=link_to("public.picture", filename=row.logo_file),
        width=max(1, round(row.logo_width * share)),
        height=max(1, round(row.logo_height * share)),
        alt=row.logo_alt,
    )
