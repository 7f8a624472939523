"""The secrets in the links of our emails; the database has only their hashes.

A secret is bound to a value, an address for example: it stops working when that changes.
"""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from supporters.crypto.tokens import TokenError, TokenPurpose, TokenSigner

SECRET_BYTES = 16


class RowSecret(NamedTuple):
    """The content of the token in a link to a row: the id of the row, and the secret."""

    row_id: int
    secret: str


def new_secret() -> str:
    """Return a secret that nobody can guess, fit for a link."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str, *bound_to: str) -> bytes:
    """Return the SHA-256 of a secret and of everything that it is bound to."""
    return hashlib.sha256("\0".join([secret, *bound_to]).encode()).digest()


def is_secret_of(secret_hash: bytes | None, secret: str, *bound_to: str) -> bool:
    """Tell whether a stored hash is that of a secret; takes the same time for every secret."""
    return hmac.compare_digest(secret_hash or b"", hash_secret(secret, *bound_to))


def sign_row(tokens: TokenSigner, purpose: TokenPurpose, row: RowSecret) -> str:
    """Return the token of a link to a row."""
    return tokens.sign(purpose, [str(row.row_id), row.secret])


def read_row(tokens: TokenSigner, purpose: TokenPurpose, token: str) -> RowSecret | None:
    """Return the content of a token. In tokens of former invitations the id is a number."""
    try:
        payload = tokens.read(purpose, token)
    except TokenError:
        return None
    match payload:
        case [int(row_id), str(secret)]:
            return RowSecret(row_id, secret)
        case [str(row_id), str(secret)] if row_id.isdecimal():
            return RowSecret(int(row_id), secret)
    return None
