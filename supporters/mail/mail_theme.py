"""The party's theme, as the templates of emails and pages show it."""

import json
from dataclasses import dataclass

from supporters.database import db
from supporters.mail.links import link_to
from supporters.mail.palettes import OURS, Palette, derive_palette
from supporters.mail.social_links import Network
from supporters.mail.theme_models import Alignment, StoredTheme

THE_ONE = 1
LOGO_WIDTH, LOGO_HEIGHT = 240, 64  # pixels, at most
FRAME_WIDTH = 600  # of an email


@dataclass(frozen=True, kw_only=True)
class ThemePicture:
    """A picture of the theme: its file, its address in emails, and the size that it is shown in."""

    file: str
    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The look of emails and pages: colours, head and foot. The default is that of this program.

    Without a postal address, emails have the one of the settings. `share` is the picture that
    messengers show beside a link; `share_words` are the languages with the words beside it.
    """

    palette: Palette = OURS
    logo: ThemePicture | None = None
    shows_name: bool = True
    alignment: Alignment = Alignment.LEFT
    links: tuple[tuple[Network, str], ...] = ()
    postal_address: str = ""
    picture: ThemePicture | None = None
    picture_in_mails: bool = False
    share: ThemePicture | None = None
    share_words: tuple[tuple[str, str], ...] = ()
    icon: bytes | None = None


def find_theme() -> Theme:
    """Return the theme that the owners chose, or the default."""
    row = find_row()
    return Theme() if row is None else theme_of(row)


def find_row(*, for_update: bool = False) -> StoredTheme | None:
    """Return the stored theme; None if the owners chose none."""
    return db.session.get(StoredTheme, THE_ONE, with_for_update=for_update or None)


def theme_of(row: StoredTheme) -> Theme:
    """Return the theme of a row, which may not be stored yet."""
    links = json.loads(row.links)
    return Theme(
        palette=derive_palette(row.accent, row.accent_words, row.stripe),
        logo=_logo_of(row),
        shows_name=row.shows_name or row.logo_file is None,
        alignment=row.alignment,
        links=tuple((each, links[each]) for each in Network if each in links),
        postal_address=row.postal_address,
        picture=_picture_of(row),
        picture_in_mails=row.picture_in_mails,
        share=_share_of(row),
        share_words=tuple(sorted(json.loads(row.share_words).items())),
        icon=row.icon,
    )


def _logo_of(row: StoredTheme) -> ThemePicture | None:
    if row.logo_file is None or not row.logo_width or not row.logo_height:
        return None
    scale = min(1, LOGO_WIDTH / row.logo_width, LOGO_HEIGHT / row.logo_height)
    return _show(row.logo_file, row.logo_width * scale, row.logo_height * scale, alt=row.logo_alt)


def _picture_of(row: StoredTheme) -> ThemePicture | None:
    if row.picture_file is None or not row.picture_width or not row.picture_height:
        return None
    height = row.picture_height * FRAME_WIDTH / row.picture_width
    return _show(row.picture_file, FRAME_WIDTH, height, alt=row.picture_alt)


def _share_of(row: StoredTheme) -> ThemePicture | None:
    if row.share_file is None or not row.share_width or not row.share_height:
        return None
    return _show(row.share_file, row.share_width, row.share_height, alt="")


def _show(file: str, width: float, height: float, *, alt: str) -> ThemePicture:
    return ThemePicture(
        file=file,
        url=link_to("public.picture", filename=file),
        width=max(1, round(width)),
        height=max(1, round(height)),
        alt=alt,
    )
