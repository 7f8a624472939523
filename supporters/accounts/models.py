"""The tables of accounts, in the form that Flask-Security requires."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext as _
from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supporters import clock
from supporters.actors import current_actor
from supporters.database import Model, UtcDateTime, db, enum_column, foreign_key, partial_index

MAX_EMAIL = 254
MAX_NAME = 80


class RoleName(StrEnum):
    """The role of an account. An owner also invites, disables accounts and creates lists.

    The data protection officer reads evidence and works on cases, and can't send. The right to
    export people and the right to approve campaigns are separate: an account has them in addition
    to its role (REQ-124, REQ-131).
    """

    OWNER = "owner"
    ORGANISER = "organiser"
    DPO = "dpo"
    EXPORTER = "exporter"
    APPROVER = "approver"


def _granted_by() -> int | None:
    return current_actor().account_id


# `granted_at` is when the account got the role or the right; `granted_by_id` is the account that
# gave it, or nothing for a command.
organiser_role = Table(
    "organiser_role",
    db.metadata,
    Column("organiser_id", ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
    Column("granted_at", UtcDateTime, nullable=False, default=clock.now, server_default=func.now()),
    Column("granted_by_id", ForeignKey("organiser.id", ondelete="SET NULL"), default=_granted_by),
)


organiser_list = Table(
    "organiser_list",
    db.metadata,
    Column("organiser_id", ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True),
    Column("mailing_list_id", ForeignKey("mailing_list.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Model, RoleMixin):
    """A role, as Flask-Security stores it."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))
    permissions: Mapped[list[str] | None] = mapped_column(AsaList())


class Organiser(Model, UserMixin):
    """A person who works in the console.

    `invitations` counts the team invitations before the account was accepted, `tests` the test
    emails of the day `tested_on`. `is_address_unproved`: the person accepted by a link that was
    printed in a shell, so their address is not proved. `is_limited`: the account sees only the
    lists in `organiser_list`. `name` is for the team, and may be empty. `invited_by_id` is the
    account that first invited this one, or nothing for a command. `was_owner`: the account was an
    owner, and is none any more. `anonymised_at` is when the name and the address were removed, long
    after the account was disabled.
    """

    has_few_rows = True
    __tablename__ = "organiser"
    __table_args__ = (
        partial_index(
            "ix_organiser_invitation_email_id",
            "invitation_email_id",
            where=text("invitation_email_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(db.Integer, "sqlite"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(MAX_EMAIL), unique=True)
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    invited_at: Mapped[datetime]
    last_invited_at: Mapped[datetime | None]
    invitations: Mapped[int] = mapped_column(default=1)
    welcomed_at: Mapped[datetime | None]
    invitation_email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")
    is_address_unproved: Mapped[bool] = mapped_column(default=False)
    is_limited: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int | None] = mapped_column(
        BigInteger().with_variant(db.Integer, "sqlite"),
        ForeignKey("organiser.id", ondelete="SET NULL"),
    )
    was_owner: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]
    tested_on: Mapped[date | None]
    tests: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list[RoleMixin]] = relationship(
        Role,
        secondary=organiser_role,
        primaryjoin=lambda: Organiser.id == organiser_role.c.organiser_id,
        lazy="selectin",
    )

    @property
    def name_and_address(self) -> str:
        """The name with the address, or the address alone."""
        return f"{self.name} ({self.email})" if self.name else self.email

    @property
    def is_owner_at_work(self) -> bool:
        """Whether this is an owner who can sign in: not disabled, and with a password."""
        return self.active and bool(self.password) and bool(self.has_role(RoleName.OWNER.value))

    @property
    def is_revoked(self) -> bool:
        """Whether the team invitation of this account was revoked: it has no role any more."""
        return not self.active and self.welcomed_at is None and not self.roles

    @property
    def shown_name(self) -> str:
        """The name that pages show for the account."""
        return self.name or self.email


class RightRequestStatus(StrEnum):
    """The status of a request for a right."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class RightRequest(Model):
    """A right that an owner asked for, for themself or a colleague. Another owner decides.

    `role` is the role of an owner, the right to approve, or the right to export.
    """

    __tablename__ = "right_request"
    __table_args__ = (
        partial_index(
            "uq_right_request_open",
            "organiser_id",
            "role",
            unique=True,
            where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE")
    role: Mapped[RoleName] = mapped_column(enum_column(RoleName, "role"))
    status: Mapped[RightRequestStatus] = mapped_column(enum_column(RightRequestStatus, "status"))
    requested_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    decided_at: Mapped[datetime | None]


def signature_of(organiser: Organiser | None) -> str | None:
    """Return the name and address of the account that did something, if it was an account."""
    return None if organiser is None else organiser.name_and_address


class StoredForm(Model):
    """The encrypted input of a form that could not be saved; stored for an hour."""

    __tablename__ = "stored_form"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    encrypted: Mapped[bytes]
    stored_at: Mapped[datetime]


ROLES: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("Owner"),
    RoleName.ORGANISER: _("Organiser"),
    RoleName.DPO: _("Data protection officer"),
    RoleName.EXPORTER: _("may export"),
    RoleName.APPROVER: _("may approve campaigns"),
}
