"""Records which pictures a campaign uses: its text as it is now, and each frozen version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select

from supporters.campaigns.pictures.models import (
    DRAFT,
    MAX_DESCRIPTION,
    Picture,
    PictureUse,
    TeamTextPicture,
)
from supporters.database import db, delete_where, in_transaction
from supporters.dialects import in_values
from supporters.mail.theme_models import StoredTheme


@dataclass(frozen=True)
class UsedPicture:
    """A picture in a text: its name, and its description there."""

    name: str
    description: str = ""
    is_decoration: bool = False


@in_transaction
def note_draft_pictures(campaign_id: int, used: Iterable[UsedPicture], now: datetime) -> None:
    """Record the pictures of a draft. The library keeps the description that each has there.

    A text may name a picture that doesn't exist: that is a fault of the text.
    """
    by_name = {each.name: each for each in used}
    before = {*_list_draft_uses(campaign_id)}
    locked = _lock(by_name, before)
    after = {picture.id for picture in locked if picture.name in by_name}
    _forget(campaign_id, before - after)
    _remember(campaign_id, after - before)
    for picture in locked:
        if picture.id in before ^ after:
            picture.used_at = now
        if picture.name in by_name:
            _describe(picture, by_name[picture.name])


@in_transaction
def freeze_pictures(campaign_id: int, version: int) -> None:
    """Record the pictures of a draft, and those of the theme, as those of a frozen version."""
    theme = db.session.execute(select(StoredTheme.logo_id, StoredTheme.picture_id)).first() or ()
    rows = [
        {"campaign_id": campaign_id, "version": version, "picture_id": each}
        for each in sorted({*_list_draft_uses(campaign_id), *theme} - {None})
    ]
    if rows:
        db.session.execute(insert(PictureUse), rows)


@in_transaction
def note_team_text_pictures(team_text_id: int, used: Iterable[UsedPicture], now: datetime) -> None:
    """Record the pictures of a template or a piece, which never change."""
    for picture in _lock({each.name for each in used}, ()):
        picture.used_at = now
        db.session.add(TeamTextPicture(team_text_id=team_text_id, picture_id=picture.id))


@in_transaction
def release_team_text_pictures(team_text_id: int, now: datetime) -> None:
    """Note that a template or a piece is about to be deleted."""
    used = select(TeamTextPicture.picture_id).where(TeamTextPicture.team_text_id == team_text_id)
    for picture in _lock((), {*db.session.scalars(used)}):
        picture.used_at = now


@in_transaction
def release_pictures(campaign_id: int, now: datetime) -> None:
    """Note that a campaign is about to be deleted: its pictures were used until now."""
    used = select(PictureUse.picture_id).where(PictureUse.campaign_id == campaign_id)
    for picture in _lock((), {*db.session.scalars(used)}):
        picture.used_at = now


def _lock(names: Collection[str], picture_ids: Collection[int]) -> list[Picture]:
    """Return the pictures of these names and ids, locked: none of them is deleted before the end.

    They are locked in one order, so that no two drafts wait for each other.
    """
    if not names and not picture_ids:
        return []
    rows = db.session.scalars(
        select(Picture)
        .where(or_(Picture.name.in_([*names]), in_values(Picture.id, sorted(picture_ids))))
        .order_by(Picture.id)
        .with_for_update()
    )
    return [*rows]


def _list_draft_uses(campaign_id: int) -> list[int]:
    rows = db.session.scalars(
        select(PictureUse.picture_id)
        .where(PictureUse.campaign_id == campaign_id, PictureUse.version == DRAFT)
        .order_by(PictureUse.picture_id)
    )
    return [*rows]


def _forget(campaign_id: int, picture_ids: set[int]) -> None:
    if picture_ids:
        delete_where(
            PictureUse,
            PictureUse.campaign_id == campaign_id,
            PictureUse.version == DRAFT,
            in_values(PictureUse.picture_id, sorted(picture_ids)),
        )


def _remember(campaign_id: int, picture_ids: set[int]) -> None:
    rows = [
        {"campaign_id": campaign_id, "version": DRAFT, "picture_id": each}
        for each in sorted(picture_ids)
    ]
    if rows:
        db.session.execute(insert(PictureUse), rows)


def _describe(picture: Picture, used: UsedPicture) -> None:
    """Keep the last description. One that isn't written yet replaces none."""
    if used.description or used.is_decoration:
        picture.is_decoration = used.is_decoration
    if 0 < len(used.description) <= MAX_DESCRIPTION:
        picture.description = used.description
