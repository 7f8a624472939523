"""Reads of pictures and of their uses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, exists, func, or_, select
from sqlalchemy.orm import undefer

from supporters.campaigns.models import Campaign
from supporters.campaigns.pictures.models import Picture, PictureFormat, PictureUse, TeamTextPicture
from supporters.campaigns.queries import is_campaign_within
from supporters.database import db
from supporters.mail.theme_models import StoredTheme
from supporters.signup_forms.models import SignupForm
from supporters.team.list_scopes import ListScope

PAGE_SIZE = 24
NEWEST = 12
LAST_PAGE = 10_000
PICTURES_ELSEWHERE = (
    *(StoredTheme.logo_id, StoredTheme.picture_id, StoredTheme.share_id, StoredTheme.icon_id),
    SignupForm.picture_id,
)


@dataclass(frozen=True, kw_only=True)
class LibraryEntry:
    """A picture, in how many campaigns of a scope it is, and whether it is in any campaign."""

    picture: Picture
    campaigns: int
    is_used: bool


@dataclass(frozen=True, kw_only=True)
class LibraryPage:
    """A page of the library."""

    items: Sequence[LibraryEntry]
    number: int
    has_next: bool


def find_picture(picture_id: int, *, for_update: bool = False) -> Picture | None:
    """Return the picture with this id."""
    return db.session.get(Picture, picture_id, with_for_update=for_update or None)


def find_public_picture(name: str, ending: str) -> Picture | None:
    """Return the picture at a public address, with its file."""
    if ending not in [*PictureFormat]:
        return None
    return db.session.scalar(
        select(Picture)
        .where(Picture.name == name, Picture.format == PictureFormat(ending))
        .options(undefer(Picture.content))
    )


def list_pictures(names: Collection[str]) -> Sequence[Picture]:
    """Return the pictures with these names that exist."""
    if not names:
        return ()
    return db.session.scalars(
        select(Picture).where(Picture.name.in_([*names])).order_by(Picture.id)
    ).all()


def list_newest_pictures(*, including: Collection[int]) -> Sequence[Picture]:
    """Return the newest pictures, and those with these ids however old they are."""
    newest = db.session.scalars(select(Picture).order_by(Picture.id.desc()).limit(NEWEST)).all()
    older = {*including} - {each.id for each in newest}
    chosen = [find_picture(each) for each in sorted(older)]
    return [*(each for each in chosen if each), *newest]


def list_library_page(scope: ListScope, number: int) -> LibraryPage:
    """Return a page of the party's pictures, newest first; the first page is 1."""
    number = min(max(number, 1), LAST_PAGE)
    seen = (
        select(func.count(distinct(PictureUse.campaign_id)))
        .join(Campaign, Campaign.id == PictureUse.campaign_id)
        .where(PictureUse.picture_id == Picture.id, is_campaign_within(scope))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Picture, seen, has_use())
        .order_by(Picture.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    ).all()
    entries = [
        LibraryEntry(picture=picture, campaigns=campaigns, is_used=is_used)
        for picture, campaigns, is_used in rows
    ]
    return LibraryPage(items=entries[:PAGE_SIZE], number=number, has_next=len(rows) > PAGE_SIZE)


def has_use() -> ColumnElement[bool]:
    """Return the condition that something uses a picture.

    That is the text or a frozen version of a campaign, a template, a piece, a sign-up form, or
    the party's theme.
    """
    return or_(
        exists().where(PictureUse.picture_id == Picture.id),
        exists().where(TeamTextPicture.picture_id == Picture.id),
        *(exists().where(column == Picture.id) for column in PICTURES_ELSEWHERE),
    )


def list_campaigns_with(picture_id: int) -> Sequence[Campaign]:
    """Return the campaigns that use a picture, newest first."""
    return db.session.scalars(
        select(Campaign)
        .where(
            exists().where(
                PictureUse.picture_id == picture_id, PictureUse.campaign_id == Campaign.id
            )
        )
        .order_by(Campaign.id.desc())
    ).all()
