"""The challenges that a passkey signs: for one use, one account and five minutes (REQ-127).

A challenge is a signed token. The session keeps it, and the database remembers the ones that were
used, so that neither a copied cookie nor a recorded answer works twice. The relying party comes
from the settings, never from a request.
"""

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import session
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.database import Model, db, delete_where, in_transaction
from supporters.extensions import current_settings, current_tokens
from supporters.locks import Lock

CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE = "passkey_challenge"
NO_ACCOUNT = 0


class ChallengeUse(StrEnum):
    """The act that an answer to a challenge is good for."""

    SIGN_IN = "sign-in"
    ADD = "add"
    CONFIRM = "confirm"


class RelyingParty(NamedTuple):
    """This installation, as authenticators know it."""

    id: str
    origin: str
    name: str


class UsedChallenge(Model):
    """The hash of a challenge that was answered; stored until the challenge would have expired."""

    __tablename__ = "used_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime]


def get_relying_party() -> RelyingParty:
    """Return the relying party, from the base URL."""
    settings = current_settings()
    host = urlsplit(settings.base_url).hostname or ""
    return RelyingParty(host, settings.base_url, settings.party_name)


def user_handle_of(organiser_id: int) -> bytes:
    """Return the bytes by which devices know an account. They reveal nothing about the person."""
    return f"account-{organiser_id}".encode()


def are_passkeys_possible() -> bool:
    """Tell whether this site can have passkeys: they belong to a name, not to an IP address."""
    try:
        ipaddress.ip_address(get_relying_party().id)
    except ValueError:
        return True
    return False


def draw_challenge(use: ChallengeUse, account_id: int = NO_ACCOUNT) -> bytes:
    """Return a new challenge, and keep it in the session. It replaces an unanswered one."""
    payload: list[str | int] = [use.value, account_id, secrets.token_urlsafe(24)]
    token = current_tokens().sign(TokenPurpose.PASSKEY, payload)
    session[CHALLENGE] = token
    return token.encode()


def take_challenge(use: ChallengeUse, account_id: int = NO_ACCOUNT) -> bytes | None:
    """Return the challenge of this session, and delete it; None if it is not for this act."""
    token = str(session.pop(CHALLENGE, ""))
    try:
        payload = current_tokens().read(TokenPurpose.PASSKEY, token, max_age=CHALLENGE_LIFETIME)
    except TokenError:
        return None
    match payload:
        case [str(made_for), int(made_by), str()] if (made_for, made_by) == (use, account_id):
            return token.encode()
        case _:
            return None


@in_transaction
def spend_challenge(challenge: bytes) -> bool:
    """Record that a challenge was answered. Return False if it was answered before."""
    digest = hashlib.sha256(challenge).digest()
    Lock.CHALLENGE.take(digest)
    now = clock.now()
    delete_where(UsedChallenge, UsedChallenge.used_at < now - 2 * CHALLENGE_LIFETIME)
    if db.session.get(UsedChallenge, digest) is not None:
        return False
    db.session.add(UsedChallenge(challenge_hash=digest, used_at=now))
    return True
