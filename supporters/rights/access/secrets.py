"""The secrets in the links of "My data"; the database has only their hashes."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from supporters.extensions import current_tokens
from supporters.tokens import Purpose, TokenError

SECRET_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class LinkSecret:
    """A token for a link, and the hash that its row keeps."""

    token: str
    token_hash: bytes


def make_secret(purpose: Purpose, row_id: int, bound_to: str) -> LinkSecret:
    """Return a fresh secret of a row, bound to an address: it dies when that changes."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = current_tokens().sign(purpose, [str(row_id), secret])
    return LinkSecret(token=token, token_hash=_hash(secret, bound_to))


def read_secret(purpose: Purpose, token: str) -> tuple[int, str] | None:
    """Return the id of the row and the secret in a token of ours."""
    try:
        payload = current_tokens().read(purpose, token)
    except TokenError:
        return None
    match payload:
        case [str(row_id), str(secret)] if row_id.isdecimal():
            return int(row_id), secret
    return None


def is_secret_of(token_hash: bytes, secret: str, bound_to: str) -> bool:
    """Tell whether a row's hash is that of a secret."""
    return hmac.compare_digest(token_hash, _hash(secret, bound_to))


def _hash(secret: str, bound_to: str) -> bytes:
    return hashlib.sha256(f"{secret}\0{bound_to}".encode()).digest()
