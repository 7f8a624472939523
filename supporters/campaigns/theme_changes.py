"""Changes the party's theme: the colours, pictures and words of its emails and public pages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.merge_fields import on_one_line, without_marks
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.queries import find_picture
from supporters.campaigns.pictures.stored_pictures import make_icon
from supporters.database import db, use_case
from supporters.locks import Lock
from supporters.mail.mail_theme import THE_ONE, find_row
from supporters.mail.palettes import OURS, is_readable
from supporters.mail.social_links import Network, find_link_fault
from supporters.mail.theme_models import Alignment, StoredTheme

VALUES = (
    *("accent", "accent_words", "stripe", "alignment", "shows_name", "logo_id", "logo_file"),
    *("logo_width", "logo_height", "logo_alt", "links", "postal_address"),
    *("picture_id", "picture_alt", "picture_in_mails", "share_id", "share_words", "icon_id"),
)
PICTURES = ("logo_id", "picture_id", "share_id", "icon_id")


class ThemeError(Enum):
    """Why the theme was not changed."""

    UNREADABLE = auto()
    PICTURE_UNKNOWN = auto()
    LINK_REFUSED = auto()


@dataclass(frozen=True, kw_only=True)
class ThemeChoice:
    """The choice of the owners. Each `…_id` is a picture of the library."""

    accent: str
    accent_words: str
    stripe: str
    alignment: Alignment = Alignment.LEFT
    shows_name: bool = True
    logo_id: int | None = None
    logo_alt: str = ""
    links: Mapping[Network, str]
    postal_address: str = ""
    picture_id: int | None = None
    picture_alt: str = ""
    picture_in_mails: bool = False
    share_id: int | None = None
    share_words: Mapping[str, str] = field(default_factory=dict)
    icon_id: int | None = None

    @property
    def pictures(self) -> set[int]:
        """The chosen pictures."""
        return {each for name in PICTURES if (each := getattr(self, name)) is not None}


def find_choice() -> ThemeChoice:
    """Return what the owners chose, or the look of this program."""
    row = find_row()
    if row is None:
        return ThemeChoice(
            accent=OURS.header, accent_words=OURS.header_words, stripe=OURS.stripe, links={}
        )
    return ThemeChoice(
        accent=row.accent,
        accent_words=row.accent_words,
        stripe=row.stripe,
        alignment=row.alignment,
        shows_name=row.shows_name,
        logo_id=row.logo_id,
        logo_alt=row.logo_alt,
        links={Network(key): url for key, url in json.loads(row.links).items()},
        postal_address=row.postal_address,
        picture_id=row.picture_id,
        picture_alt=row.picture_alt,
        picture_in_mails=row.picture_in_mails,
        share_id=row.share_id,
        share_words=json.loads(row.share_words),
        icon_id=row.icon_id,
    )


@use_case
def change_theme(choice: ThemeChoice, by_id: int | None) -> bool | ThemeError:
    """Change the theme of pages, and of emails that are written from now on; tell if it differs.

    Frozen messages keep their bytes, and page snapshots have no theme: they stay the same.
    """
    if not is_readable(choice.accent_words, choice.accent):
        return ThemeError.UNREADABLE
    if any(find_link_fault(network, url) for network, url in choice.links.items()):
        return ThemeError.LINK_REFUSED
    Lock.THEME.take()
    row = find_row(for_update=True)
    pictures = find_pictures_of(choice, for_update=True)
    if choice.pictures - {*pictures}:
        return ThemeError.PICTURE_UNKNOWN
    if row is not None:
        _release_pictures(row, choice)
    chosen = make_row(choice, pictures)
    if row is not None and all(getattr(row, name) == getattr(chosen, name) for name in VALUES):
        return False
    chosen.changed_at, chosen.changed_by = clock.now(), by_id
    db.session.merge(chosen)
    record_act(CampaignAct.THEME_CHANGED)
    return True


def find_pictures_of(choice: ThemeChoice, *, for_update: bool = False) -> dict[int, Picture]:
    """Return the pictures of a choice that exist, by their ids."""
    found = (find_picture(each, for_update=for_update) for each in sorted(choice.pictures))
    return {each.id: each for each in found if each is not None}


def make_row(choice: ThemeChoice, pictures: Mapping[int, Picture]) -> StoredTheme:
    """Return the row of a choice, which isn't stored."""
    logo, picture, share, icon = (pictures.get(getattr(choice, name) or 0) for name in PICTURES)
    return StoredTheme(
        id=THE_ONE,
        accent=choice.accent.lower(),
        accent_words=choice.accent_words.lower(),
        stripe=choice.stripe.lower(),
        alignment=choice.alignment,
        shows_name=choice.shows_name or logo is None,
        **_describe("logo", logo),
        **_describe("picture", picture),
        **_describe("share", share),
        icon_id=icon.id if icon else None,
        icon=make_icon(icon.content) if icon else None,
        picture_alt=without_marks(choice.picture_alt) if picture else "",
        picture_in_mails=choice.picture_in_mails,
        share_words=json.dumps({key: words for key, words in choice.share_words.items() if words}),
        logo_alt=without_marks(choice.logo_alt) if logo else "",
        links=json.dumps(
            {each.value: choice.links[each] for each in Network if each in choice.links}
        ),
        postal_address=without_marks(on_one_line(choice.postal_address)),
    )


def _describe(name: str, picture: Picture | None) -> dict[str, int | str | None]:
    """Return the columns of a picture."""
    return {
        f"{name}_id": picture.id if picture else None,
        f"{name}_file": f"{picture.name}.{picture.format.value}" if picture else None,
        f"{name}_width": picture.width if picture else None,
        f"{name}_height": picture.height if picture else None,
    }


def _release_pictures(row: StoredTheme, choice: ThemeChoice) -> None:
    """Note that the pictures of before were used until now. The library keeps them for a time."""
    before = {getattr(row, name) for name in PICTURES} - {None}
    for each in sorted(before - choice.pictures):
        released = find_picture(each, for_update=True)
        if released is not None:
            released.used_at = clock.now()
