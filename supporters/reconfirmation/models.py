"""The tables of reconfirmations, and of the changes and mailings that wait for a second person."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, partial_index

WAITING = "status IN ('open', 'agreed')"


class Reconfirmation(Model):
    """Everybody who agreed to an earlier purpose is asked about its successor, a few a minute.

    `asked_up_to` is the id of the last person asked, in the order of ids; `due_at` is the time of
    the next emails. The consent events record each person asked, once per purpose. `text_hash` is
    that of the texts that a second person agreed to: no other text leaves.
    """

    __tablename__ = "reconfirmation"

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    asked_up_to: Mapped[int] = mapped_column(BigInteger, default=0)
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    text_hash: Mapped[str | None] = mapped_column(String(64))


class ConsentChangeKind(StrEnum):
    """The effect of a consent change: a purpose gets another meaning, or its people are asked."""

    MEANING = "meaning"
    MAILING = "mailing"


class ConsentChangeStatus(StrEnum):
    """The status of a consent change. OPEN waits for a second person, AGREED for its time."""

    OPEN = "open"
    AGREED = "agreed"
    DONE = "done"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class ConsentChange(Model):
    """Texts that an owner wants to put in force, or to ask people about, with a second person.

    `texts` are frozen, by language; `text_hash` is that of the texts with the names of the list.
    `starts_at` is when it begins by itself. `result_id` is the purpose that the texts belong to
    once it is done: people may be asked about this purpose with these texts.
    """

    __tablename__ = "consent_change"
    __table_args__ = (
        CheckConstraint("agreed_by_id <> requested_by_id", name="agreed_by_another"),
        CheckConstraint(
            "status NOT IN ('agreed', 'done') OR agreed_at IS NOT NULL", name="agreed_before_done"
        ),
        CheckConstraint(
            "agreed_by_id IS NOT NULL OR agreed_at IS NULL OR starts_at IS NOT NULL",
            name="alone_it_waits",
        ),
        partial_index("uq_consent_change_waiting", "purpose_id", unique=True, where=text(WAITING)),
        Index("ix_consent_change_result_id", "result_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"))
    kind: Mapped[ConsentChangeKind] = mapped_column(enum_column(ConsentChangeKind, "kind"))
    status: Mapped[ConsentChangeStatus] = mapped_column(enum_column(ConsentChangeStatus, "status"))
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    text_hash: Mapped[str] = mapped_column(String(64))
    requested_by_id: Mapped[int] = foreign_key("organiser.id")
    requested_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = foreign_key("organiser.id")
    agreed_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"))
