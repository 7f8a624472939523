"""The tables of signup requests. A request is deleted after 72 hours."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.act_places import IS_POSSIBLE, ActPlaceColumns
from supporters.database import Model, UtcDateTime, foreign_key, partial_index
from supporters.people.models import MAX_ADDRESS
from supporters.people.profile import ProfileColumns

MAX_SOURCE = 40


class SignupRequest(ProfileColumns, ActPlaceColumns, Model):
    """The request of a visitor. It has hashes of the token and the code, not the secrets.

    `confirmed_at` is the time of the confirmation, `refused_at` the time of "it wasn't me".
    `codes_typed` counts the codes typed on the page of this request; `code_guesses` counts the
    codes that were compared with the code of this request, from all pages. `source` says where the
    visitor found the page; within a minute it is counted, and deleted here. `network_mac` is a
    keyed hash of the day and of the visitor's network: equal ones of a flood are dropped together.
    It is empty if the browser sent a proof of work.
    `form_id` is the form that the team made, if the page was one.
    """

    __tablename__ = "signup_request"
    __table_args__ = (
        CheckConstraint("record_form IS NULL OR record_form = 3", name="third_form"),
        CheckConstraint(IS_POSSIBLE, name="place"),
        UniqueConstraint("public_id"),
        UniqueConstraint("token_hash"),
        Index("ix_signup_request_address_mac", "address_mac"),
        Index("ix_signup_request_expires_at", "expires_at"),
        partial_index("ix_signup_request_source", "source", where=text("source IS NOT NULL")),
        partial_index("ix_signup_request_form_id", "form_id", where=text("form_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    public_id: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_key: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_mac: Mapped[bytes] = mapped_column(LargeBinary)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    page_url: Mapped[str] = mapped_column(String(500))
    page_snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("page_snapshot.id"))
    controller_id: Mapped[int | None] = foreign_key("controller.id")
    email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_mac: Mapped[bytes] = mapped_column(LargeBinary)
    log_salt: Mapped[bytes] = mapped_column(LargeBinary)
    network_mac: Mapped[bytes | None] = mapped_column(LargeBinary)
    codes_typed: Mapped[int] = mapped_column(default=0)
    code_guesses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str | None] = mapped_column(String(MAX_SOURCE))
    form_id: Mapped[int | None] = mapped_column(ForeignKey("signup_form.id", ondelete="SET NULL"))


class SignupChoice(Model):
    """One ticked box: its purpose, its list if it has one, and the wording beside the box.

    `event_id` is the id of the request in the consent log.
    """

    __tablename__ = "signup_choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
        ForeignKeyConstraint(["wording_id", "purpose_id"], ["wording.id", "wording.purpose_id"]),
    )

    signup_request_id: Mapped[int] = foreign_key(
        "signup_request.id", on_delete="CASCADE", primary_key=True
    )
    purpose_id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int | None]
    wording_id: Mapped[int]
    event_id: Mapped[int] = mapped_column(BigInteger)


class SourceCount(Model):
    """How many signup requests a list got on a day (UTC) from one source. It names nobody."""

    __tablename__ = "source_count"

    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(MAX_SOURCE), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int]


class PendingCount(Model):
    """How many addresses have an open request for just these lists, as a worker has counted them.

    `list_ids` are in order, with spaces between them; it is empty for a purpose without a list.
    """

    __tablename__ = "pending_count"

    list_ids: Mapped[str] = mapped_column(Text, primary_key=True)
    addresses: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormSourceCount(Model):
    """How many signup requests a form of the team got on a day (UTC) from one source."""

    __tablename__ = "form_source_count"

    form_id: Mapped[int] = mapped_column(
        ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(MAX_SOURCE), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int]


class FormCount(Model):
    """How many requests of a form were sent and confirmed, of those that are deleted already.

    It names nobody. Requests that still exist are counted themselves.
    """

    __tablename__ = "signup_form_count"

    form_id: Mapped[int] = mapped_column(
        ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True
    )
    sent: Mapped[int]
    confirmed: Mapped[int]
