"""The table of the links of drafts that a worker asked."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column


class LinkOutcome(StrEnum):
    """The answer of a link.

    GONE is the answer 404 or 410, TROUBLED one of 500 and above. INSECURE has no valid
    certificate, and NOT_PUBLIC leads into a network that readers can't reach.
    """

    ANSWERED = "answered"
    GONE = "gone"
    TROUBLED = "troubled"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"
    NOT_PUBLIC = "not_public"


class AskedLink(Model):
    """A link of a draft that a worker asked, or is asking if it has no outcome yet.

    It has no address: only the hash of one.
    """

    __tablename__ = "asked_link"

    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[LinkOutcome | None] = mapped_column(enum_column(LinkOutcome, "outcome"))
    http_status: Mapped[int | None]
