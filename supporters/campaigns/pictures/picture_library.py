"""The library of pictures: adds, describes and deletes them. Each upload is stored once."""

from datetime import datetime
from enum import Enum, auto
from typing import BinaryIO

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.picture_files import PictureFault, PictureFile, make_picture_file
from supporters.campaigns.pictures.queries import find_picture, has_use
from supporters.crypto.tokens import new_secret
from supporters.database import db, delete_where, use_case
from supporters.dialects import in_values
from supporters.ids import new_id
from supporters.locks import Lock

log = structlog.get_logger(__name__)


class DeletePictureError(Enum):
    """Why a picture was not deleted."""

    UNKNOWN = auto()
    USED = auto()


def add_picture(upload: BinaryIO, by_id: int | None) -> Picture | PictureFault:
    """Store an uploaded picture. The same picture again is the one that exists."""
    made = make_picture_file(upload)
    return _store(made, by_id) if isinstance(made, PictureFile) else made


@use_case
def _store(file: PictureFile, by_id: int | None) -> Picture:
    now = clock.now()
    Lock.PICTURE.take(file.hash)
    known = db.session.scalar(select(Picture).where(Picture.hash == file.hash).with_for_update())
    if known is not None:
        known.used_at = now
        return known
    picture = Picture(
        id=new_id(now),
        name=new_secret(),
        hash=file.hash,
        format=file.format,
        width=file.width,
        height=file.height,
        octets=len(file.content),
        content=file.content,
        description="",
        is_decoration=False,
        uploaded_by=by_id,
        uploaded_at=now,
        used_at=now,
    )
    db.session.add(picture)
    record_team_act(CampaignAct.PICTURE_ADDED, picture.id)
    log.info("picture.added", id=picture.id, octets=picture.octets)
    return picture


@use_case
def describe_picture(picture_id: int, description: str, *, is_decoration: bool) -> Picture | None:
    """Change the description that the next campaigns begin with; return None without a picture."""
    picture = find_picture(picture_id, for_update=True)
    if picture is None:
        return None
    picture.description, picture.is_decoration = description, is_decoration
    record_team_act(CampaignAct.PICTURE_DESCRIBED, picture_id)
    return picture


@use_case
def delete_picture(picture_id: int) -> DeletePictureError | None:
    """Delete a picture that nothing uses; its address answers 404 from now on."""
    picture = find_picture(picture_id, for_update=True)
    if picture is None:
        return DeletePictureError.UNKNOWN
    if db.session.scalar(select(has_use()).where(Picture.id == picture_id)):
        return DeletePictureError.USED
    db.session.delete(picture)
    record_team_act(CampaignAct.PICTURE_DELETED, picture_id)
    return None


@use_case
def purge_unused_pictures(before: datetime) -> int:
    """Delete the pictures that no campaign has used since a moment; return how many.

    The first statement locks them, so that the second one sees each use that began meanwhile.
    """
    unused = (
        select(Picture.id)
        .where(Picture.used_at < before, ~has_use())
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(unused).all()
    return delete_where(Picture, in_values(Picture.id, ids), ~has_use())
