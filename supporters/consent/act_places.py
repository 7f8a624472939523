"""Where a person acted, as it was told to us: the surface, another site, a tablet (ADR 137).

Browsers, servers and tablets claim the origin and the time; nothing proves them.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.actors import ActorKind, current_actor
from supporters.database import enum_column

THIRD_FORM = 3
MAX_ORIGIN = 200
HAS_NO_PLACE = "surface IS NULL AND origin IS NULL AND typed_at IS NULL"
IS_POSSIBLE = (
    f"(record_form IS NOT NULL OR ({HAS_NO_PLACE}))"
    " AND (origin IS NULL OR (surface IS NOT NULL AND surface IN ('frame', 'program')))"
    " AND (typed_at IS NULL OR (surface IS NOT NULL AND surface = 'stall'))"
)


class ActSurface(StrEnum):
    """The surface of an act. One without a page, by a link or button of a visitor, has none."""

    SITE = "site"
    FRAME = "frame"
    STALL = "stall"
    PROGRAM = "program"
    LINK_PAGE = "link-page"
    MY_DATA = "my-data"
    CONSOLE = "console"
    COMMAND = "command"
    WORKER = "worker"


@dataclass(frozen=True, kw_only=True)
class ActPlace:
    """The place of an act.

    `origin` is the site that framed the form or called it, and `typed_at` when a tablet stored it
    without a network.
    """

    surface: ActSurface | None = None
    origin: str | None = None
    typed_at: datetime | None = None


UNTOLD = ActPlace()
PLACE_FIELDS = tuple(field.name for field in fields(ActPlace))


class ActPlaceColumns:
    """The columns of a place, and of the form of the record, in consent_event and signup_request.

    `record_form` is NULL for records of the first two forms.
    """

    record_form: Mapped[int | None] = mapped_column(SmallInteger)
    surface: Mapped[ActSurface | None] = mapped_column(enum_column(ActSurface, "surface"))
    origin: Mapped[str | None] = mapped_column(String(MAX_ORIGIN))
    typed_at: Mapped[datetime | None]


_SURFACES = {
    ActorKind.ACCOUNT: ActSurface.CONSOLE,
    ActorKind.COMMAND: ActSurface.COMMAND,
    ActorKind.WORKER: ActSurface.WORKER,
}


def surface_of_actor() -> ActSurface | None:
    """Return the surface of an act without a page; None for a visitor: the method tells it."""
    return _SURFACES.get(current_actor().kind)
