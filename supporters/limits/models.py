"""The table of counted guesses."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model


class GuessCount(Model):
    """How often something was tried: by an account, from a network, or both.

    The key is a keyed hash, so the row names nobody. After `forgotten_at` the row says nothing any
    more, and is deleted.
    """

    __tablename__ = "guess_count"

    key_mac: Mapped[bytes] = mapped_column(primary_key=True)
    guesses: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
    forgotten_at: Mapped[datetime] = mapped_column(index=True)


class RequestCount(Model):
    """How many requests one limit has counted in one window of time, over all processes.

    The key is a keyed hash of the limit, its subject and the window, so the row names nobody. A row
    whose window is over says nothing any more, and is deleted.
    """

    __tablename__ = "request_count"

    key_mac: Mapped[bytes] = mapped_column(primary_key=True)
    requests: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
