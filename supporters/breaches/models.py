"""The tables of personal data breaches: the register, its history, affected people, notices."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, partial_index

MAX_TITLE = 200
MAX_TEXT = 10_000


class BreachStatus(StrEnum):
    """The status of a breach. NOT_NOTIFIABLE: it is unlikely to be a risk to people."""

    OPEN = "open"
    NOTIFIED = "notified"
    NOT_NOTIFIABLE = "not-notifiable"
    CLOSED = "closed"


class BreachNature(StrEnum):
    """The nature of a breach (GDPR article 4(12)): disclosed, altered, or lost."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class BreachFact(StrEnum):
    """A fact that the register and the notification to the authority have (GDPR 33(3), 33(5))."""

    WHAT_HAPPENED = "what-happened"
    DISCOVERED = "discovered"
    NATURE = "nature"
    PEOPLE = "people"
    PEOPLE_COUNT = "people-count"
    DATA = "data"
    RECORD_COUNT = "record-count"
    CONSEQUENCES = "consequences"
    MEASURES = "measures"
    PROCESSOR = "processor"


class BreachAct(StrEnum):
    """An event of a breach. ALARMED and OVERDUE are the emails of the 72-hour clock."""

    OPENED = "opened"
    STATED = "stated"
    NOTED = "noted"
    NOTIFIED = "notified"
    DELAY_EXPLAINED = "delay-explained"
    DISMISSED = "dismissed"
    PEOPLE_TOLD = "people-told"
    PEOPLE_NOT_TOLD = "people-not-told"
    PEOPLE_CHOSEN = "people-chosen"
    PEOPLE_EMPTIED = "people-emptied"
    NOTICE_WRITTEN = "notice-written"
    NOTICE_APPROVED = "notice-approved"
    NOTICE_VOIDED = "notice-voided"
    NOTICE_SENT = "notice-sent"
    ALARMED = "alarmed"
    OVERDUE = "overdue"
    CLOSED = "closed"
    REOPENED = "reopened"


class Breach(Model):
    """A personal data breach. Its facts and decisions are lines of its history.

    `discovered_at` starts the 72 hours; it is the latest statement of that fact.
    `authority_told_at` is when the authority got the first notification.
    """

    __tablename__ = "breach"
    __table_args__ = (
        CheckConstraint(
            "status <> 'notified' OR authority_told_at IS NOT NULL", name="notified_at_a_time"
        ),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    status: Mapped[BreachStatus] = mapped_column(enum_column(BreachStatus, "status"))
    discovered_at: Mapped[datetime]
    authority_told_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class BreachEntry(Model):
    """A line of a breach's history. It is never changed: a later line corrects it.

    The foreign key keeps the breach from being deleted.
    """

    __tablename__ = "breach_entry"
    __table_args__ = (
        CheckConstraint("(act = 'stated') = (fact IS NOT NULL)", name="states_a_fact"),
        Index("ix_breach_entry_breach_id", "breach_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    breach_id: Mapped[int] = foreign_key("breach.id")
    act: Mapped[BreachAct] = mapped_column(enum_column(BreachAct, "act"))
    fact: Mapped[BreachFact | None] = mapped_column(enum_column(BreachFact, "fact"))
    text: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    made_at: Mapped[datetime]


class BreachPerson(Model):
    """A person whom a breach affects: a subscriber, or an address that was only invited.

    `settled_at` is when their notice was put into the outbox, or when nobody was left to write to.
    """

    __tablename__ = "breach_person"
    __table_args__ = (
        CheckConstraint("NOT is_written OR settled_at IS NOT NULL", name="written_at_a_time"),
        UniqueConstraint("breach_id", "subscriber_id"),
        Index("ix_breach_person_subscriber_id", "subscriber_id"),
        Index("ix_breach_person_address_mac", "address_mac"),
        partial_index("ix_breach_person_email_id", "email_id", where=text("email_id IS NOT NULL")),
        partial_index("ix_breach_person_waiting", "breach_id", where=text("settled_at IS NULL")),
    )

    breach_id: Mapped[int] = foreign_key("breach.id", primary_key=True)
    address_mac: Mapped[bytes] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int | None] = foreign_key("subscriber.id", on_delete="CASCADE")
    added_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    is_written: Mapped[bool] = mapped_column(default=False)
    email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")


class BreachNoticeStatus(StrEnum):
    """The status of the notice to the affected people."""

    AWAITING_APPROVAL = "awaiting-approval"
    SENDING = "sending"
    SENT = "sent"


class BreachNotice(Model):
    """The notice of a breach to the people whom it affects (GDPR article 34).

    `content` is a JSON object: for each language the subject and the three texts; `hash` is its
    SHA-256. `people` is the number that the second person approved.
    """

    __tablename__ = "breach_notice"
    __table_args__ = (
        CheckConstraint(
            "status = 'awaiting-approval' OR approved_at IS NOT NULL",
            name="approved_before_sending",
        ),
        CheckConstraint("approved_by_id <> written_by_id", name="approved_by_another"),
    )

    breach_id: Mapped[int] = foreign_key("breach.id", primary_key=True, autoincrement=False)
    status: Mapped[BreachNoticeStatus] = mapped_column(enum_column(BreachNoticeStatus, "status"))
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    written_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    written_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    approved_at: Mapped[datetime | None]
    people: Mapped[int | None]
    finished_at: Mapped[datetime | None]
