"""The tiles of the tree as other programs read them (C2SP tlog-tiles)."""

import re

from sqlalchemy import select

from supporters.database import db
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH
from supporters.transparency_log.models import LogTile

PLACE = re.compile(r"(0|[1-9]\d?)/((?:x\d{3}/){0,5}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def find_tile(place: str) -> bytes | None:
    """Return the hashes of a tile, given its place as `level/number` or `level/number.p/width`.

    The digits of the number stand in groups of three, as in x001/x234/067. None if this is no
    place, or if the tree has no such tile, or not as many hashes in it.
    """
    match = PLACE.fullmatch(place)
    if match is None:
        return None
    level, groups, width = int(match[1]), match[2], int(match[3] or WIDTH)
    number = int(groups.replace("x", "").replace("/", ""))
    if groups != name_tile(number) or (match[3] and width >= WIDTH):
        return None
    tile = select(LogTile.hashes).where(LogTile.level == level, LogTile.number == number)
    hashes = db.session.scalar(tile) or b""
    wanted = width * HASH_BYTES
    return hashes[:wanted] if len(hashes) >= wanted else None


def name_tile(number: int) -> str:
    """Return the number of a tile as its place has it: 1234067 is x001/x234/067."""
    groups = f"{number:,}".split(",")
    *first, last = [f"{int(each):03}" for each in groups]
    return "/".join([*(f"x{each}" for each in first), last])
