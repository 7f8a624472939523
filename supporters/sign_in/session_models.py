"""The tables of sessions, known devices, refused sign-ins and links to a new password."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, foreign_key

MAX_BROWSER = 60
MAX_METHODS = 60
MAX_NETWORK = 50


def _account() -> Mapped[int]:
    return foreign_key("organiser.id", on_delete="CASCADE", index=True)


class SignInSession(Model):
    """A browser that is signed in. The cookie has a secret, the row only its hash.

    `methods` are the ways of the sign-in as Flask-Security names them, with commas between them;
    `confirmed_at` is the last time that the account showed one of them.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = _account()
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    begun_at: Mapped[datetime]
    used_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]
    network_mac: Mapped[bytes]
    browser: Mapped[str] = mapped_column(String(MAX_BROWSER))
    methods: Mapped[str] = mapped_column(String(MAX_METHODS))


class KnownDevice(Model):
    """A browser and a network that an account signed in with before."""

    __tablename__ = "known_device"

    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", primary_key=True)
    network_mac: Mapped[bytes] = mapped_column(primary_key=True)
    browser: Mapped[str] = mapped_column(String(MAX_BROWSER), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)


class RefusedSignIn(Model):
    """The refused sign-ins to one account from one network, in ten minutes, until they are summed.

    `compared` counts the passwords that were compared, `limited` the tries that came too early.
    `failures` is the highest number that the account's own limit counted.
    """

    __tablename__ = "refused_sign_in"

    key_mac: Mapped[bytes] = mapped_column(primary_key=True)
    organiser_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    network: Mapped[str] = mapped_column(String(MAX_NETWORK))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    compared: Mapped[int]
    limited: Mapped[int]
    failures: Mapped[int]


class PasswordReset(Model):
    """A request for a new password, for any address, and the link that answers it.

    `encrypted` holds the address until a worker has answered. `secret_hash` is empty if no email
    was sent. The row is stored for a day, because it is counted.
    """

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    encrypted: Mapped[bytes | None]
    organiser_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    secret_hash: Mapped[bytes | None]
    requested_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
