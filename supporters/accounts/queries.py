"""Reads of accounts."""

from collections.abc import Sequence

from sqlalchemy import select

from supporters.accounts.models import Organiser, Role, RoleName
from supporters.database import db
from supporters.mail.models import OutboxEmail


def list_organisers() -> Sequence[Organiser]:
    """Return every account, by address."""
    return db.session.scalars(select(Organiser).order_by(Organiser.email)).all()


def list_active_organisers(*roles: RoleName) -> Sequence[Organiser]:
    """Return the accounts that can sign in and have one of the roles, by address."""
    return [
        organiser
        for organiser in list_organisers()
        if organiser.active
        and organiser.password
        and any(organiser.has_role(role.value) for role in roles)
    ]


def lock_organisers() -> Sequence[Organiser]:
    """Lock and return every account, so that two owners can't disable each other."""
    return db.session.scalars(
        select(Organiser).order_by(Organiser.id).with_for_update(of=Organiser)
    ).all()


def lock_organiser(organiser_id: int) -> None:
    """Lock an account, so that two changes of it run one after the other."""
    db.session.execute(
        select(Organiser.id).where(Organiser.id == organiser_id).with_for_update(of=Organiser)
    )


def find_organiser(organiser_id: int) -> Organiser | None:
    """Return the account with this id."""
    return db.session.get(Organiser, organiser_id)


def get_organiser(organiser_id: int) -> Organiser:
    """Return the account with this id. Raises sqlalchemy.exc.NoResultFound."""
    return db.session.get_one(Organiser, organiser_id)


def find_organiser_by_email(email: str) -> Organiser | None:
    """Return the account with this address, in lower case."""
    return db.session.scalar(select(Organiser).where(Organiser.email == email))


def get_role(name: RoleName) -> Role:
    """Return a role; add it at its first use."""
    role = db.session.scalar(select(Role).where(Role.name == name.value))
    if role is None:
        role = Role(name=name.value)
        db.session.add(role)
    return role


def find_open_team_invitations() -> dict[int, OutboxEmail]:
    """Return the email of each team invitation that was not accepted yet, by account id."""
    rows = db.session.execute(
        select(Organiser.id, OutboxEmail)
        .join(OutboxEmail, OutboxEmail.id == Organiser.invitation_email_id)
        .where(Organiser.welcomed_at.is_(None))
    )
    return dict(rows.all())


def count_active_owners() -> int:
    """Return how many owners can sign in."""
    return sum(organiser.is_owner_at_work for organiser in list_organisers())


def count_accepted() -> int:
    """Return how many accounts have a password: they accepted their team invitation."""
    return sum(bool(organiser.password) for organiser in list_organisers())
