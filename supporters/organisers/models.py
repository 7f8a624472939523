"""The tables of accounts, in the shape that Flask-Security wants."""

from datetime import date, datetime
from enum import StrEnum

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supporters.database import Model, UtcDateTime, db

MAX_EMAIL = 254


class RoleName(StrEnum):
    """What an account may do: an owner also invites, disables and creates lists.

    The data protection officer reads proofs and looks after cases, and can't send. Taking people
    out of the program is a right of its own, that an account has beside its role (REQ-124).
    """

    OWNER = "owner"
    ORGANISER = "organiser"
    DPO = "dpo"
    EXPORTER = "exporter"


organiser_role = Table(
    "organiser_role",
    db.metadata,
    Column("organiser_id", ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
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

    `invitations` counts the letters that were sent before they came, `tests` the campaign tests
    of the day `tested_on`. Who came by a link printed in a shell hasn't proved their address yet.
    """

    __tablename__ = "organiser"
    __table_args__ = (
        Index(
            "ix_organiser_invitation_letter_id",
            "invitation_letter_id",
            sqlite_where=text("invitation_letter_id IS NOT NULL"),
            postgresql_where=text("invitation_letter_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(db.Integer, "sqlite"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(MAX_EMAIL), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitations: Mapped[int] = mapped_column(default=1)
    welcomed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation_letter_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("letter.id", ondelete="SET NULL")
    )
    is_address_unproved: Mapped[bool] = mapped_column(default=False)
    tested_on: Mapped[date | None]
    tests: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list[RoleMixin]] = relationship(Role, secondary=organiser_role, lazy="selectin")

    @property
    def is_owner_at_work(self) -> bool:
        """Whether this is an owner who can sign in: not disabled, and no longer just invited."""
        return self.active and bool(self.password) and bool(self.has_role(RoleName.OWNER.value))


class KeptForm(Model):
    """What an organiser typed into a form that couldn't be taken, sealed, for an hour."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
