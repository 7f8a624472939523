"""Adds pictures to the library: small files of nothing but pixels, fit for mail programs.

An uploaded file is known by its content alone, and nothing of its bytes is stored. So a file that
is a picture and a page or an archive at once comes out as a picture only, without place and camera.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from threading import Lock as ThreadLock
from typing import BinaryIO

import structlog
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.pictures.models import Picture, PictureFormat
from supporters.campaigns.pictures.queries import find_picture, has_use
from supporters.crypto.tokens import new_secret
from supporters.database import db, delete_where, use_case
from supporters.dialects import in_values
from supporters.ids import new_id
from supporters.locks import Lock

log = structlog.get_logger(__name__)

MOST_OCTETS = 12_000_000
MOST_PIXELS = 50_000_000  # of a plain JPEG, which is read at half its size or less
MOST_PIXELS_READ = 16_000_000  # twelve times those that are stored
WIDEST, HIGHEST = 1_200, 4_000
LARGEST_FILE = 300_000
NARROWEST = 16  # such a picture always fits
QUALITIES = (80, 70)
COLOURS = 256
ICON_SIDE = 192  # pixels; browsers make it smaller where they need to
CLEAR = (0, 0, 0, 0)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOVING = {"PNG", "WEBP", "GIF"}  # a JPEG with several images has one, and its preview or depth
# The decoders raise these for broken files, each in its own way.
BROKEN = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, struct.error, zlib.error),
)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
FIRST_OCTETS = 1_024
HEIF = {b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"}

_one_at_a_time = ThreadLock()  # the pixels of one may take 400 MB


class PictureFault(Enum):
    """Why a file can't be a picture of a campaign."""

    EMPTY = auto()
    TOO_HEAVY = auto()
    TOO_MANY_PIXELS = auto()
    NOT_A_PICTURE = auto()
    DRAWING = auto()
    HEIF = auto()
    MOVES = auto()
    BROKEN = auto()


@dataclass(frozen=True, kw_only=True)
class PictureFile:
    """The file of a picture as readers get it."""

    format: PictureFormat
    width: int
    height: int
    content: bytes

    @property
    def hash(self) -> str:
        """The SHA-256 of the content: the same picture is stored once."""
        return hashlib.sha256(self.content).hexdigest()


def make_picture_file(upload: BinaryIO) -> PictureFile | PictureFault:
    """Return the file of an uploaded picture. The same upload always gives the same file."""
    content = upload.read(MOST_OCTETS + 1)
    if not content:
        return PictureFault.EMPTY
    if len(content) > MOST_OCTETS:
        return PictureFault.TOO_HEAVY
    with _one_at_a_time:
        return _make(content)


def _make(content: bytes) -> PictureFile | PictureFault:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        return _find_fault(image) or _shrink(_clean(image))
    except UnidentifiedImageError:
        return _name_other(content[:FIRST_OCTETS])
    except BOMBS:
        return PictureFault.TOO_MANY_PIXELS
    except BROKEN:
        return PictureFault.BROKEN


def _find_fault(image: Image.Image) -> PictureFault | None:
    """Return why a picture can't be read, before any of its pixels is."""
    if image.width * image.height > MOST_PIXELS:
        return PictureFault.TOO_MANY_PIXELS
    if not image.info.get("progressive"):  # the decoder keeps all pixels of such a JPEG
        image.draft("RGB", (WIDEST, WIDEST))  # reads a large one at half its size or less
    if image.width * image.height > MOST_PIXELS_READ:
        return PictureFault.TOO_MANY_PIXELS
    is_moving = image.format in MOVING and getattr(image, "is_animated", False)
    return PictureFault.MOVES if is_moving else None


def _name_other(beginning: bytes) -> PictureFault:
    """Return the fault of a file that is none of our formats."""
    if b"<svg" in beginning.lower():
        return PictureFault.DRAWING
    if beginning[4:8] == b"ftyp" and beginning[8:12] in HEIF:
        return PictureFault.HEIF
    return PictureFault.NOT_A_PICTURE


def _clean(image: Image.Image) -> Image.Image:
    """Return the pixels alone: upright, at most of our size, in the colours that screens expect."""
    upright = ImageOps.exif_transpose(image)
    profile = upright.info.get("icc_profile")
    plain = _with_plain_colours(upright)
    plain.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    if profile and image.mode in {"RGB", "RGBA"}:
        plain = _in_srgb(plain, profile)
    if plain.mode == "RGBA" and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info.clear()  # otherwise comments and profiles go into the file
    return plain


def _with_plain_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits for each pixel: a plain conversion would cut them off
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in the common colours: mail programs read no profile."""
    with suppress(ImageCms.PyCMSError, *BROKEN):  # a broken profile says nothing
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
        return converted or image
    return image


def _shrink(image: Image.Image) -> PictureFile:
    """Return the first of ever smaller files that is small enough."""
    kind = PictureFormat.PNG if image.mode == "RGBA" else PictureFormat.JPEG
    while True:
        for content in _encode(image):
            if len(content) <= LARGEST_FILE or image.width <= NARROWEST:
                return PictureFile(
                    format=kind, width=image.width, height=image.height, content=content
                )
        smaller = (max(1, image.width * 4 // 5), max(1, image.height * 4 // 5))
        image = image.resize(smaller, Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> Iterator[bytes]:
    """Yield files of a picture, the best one first."""
    if image.mode == "RGBA":
        yield _write(image, "PNG")
        few = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
        yield _write(few, "PNG")
    else:
        for quality in QUALITIES:
            yield _write(image, "JPEG", quality=quality, progressive=True)


def _write(image: Image.Image, kind: str, **options: int) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, optimize=True, **options)
    return output.getvalue()


def make_icon(content: bytes) -> bytes:
    """Return the icon of a picture: whole, in the middle of a clear square."""
    picture = Image.open(io.BytesIO(content)).convert("RGBA")
    picture.thumbnail((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (ICON_SIDE, ICON_SIDE), CLEAR)
    square.paste(picture, ((ICON_SIDE - picture.width) // 2, (ICON_SIDE - picture.height) // 2))
    return _write(square, "PNG")


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
