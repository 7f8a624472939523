"""The secrets of a signup request: a link token and a six-digit code, stored only as hashes.

The stored hash covers the address and the wordings too, so that a token stops working when
anything that it was made for changes (REQ-64).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from supporters.extensions import current_tokens
from supporters.people.keys import code_mac
from supporters.signup.rules import CODE_DIGITS
from supporters.tokens import Purpose, TokenForged

SECRET_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class RequestSecrets:
    """What the letter says and what the database keeps of it."""

    public_id: str
    confirm_token: str
    not_me_token: str
    code: str
    token_hash: bytes
    code_mac: bytes


def make_secrets(address_key: str, wording_ids: Sequence[int]) -> RequestSecrets:
    """Return fresh secrets, bound to the address and to the wordings that were ticked."""
    public_id = secrets.token_urlsafe(SECRET_BYTES)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    tokens = current_tokens()
    return RequestSecrets(
        public_id=public_id,
        confirm_token=tokens.sign(Purpose.CONFIRM, [public_id, secret]),
        not_me_token=tokens.sign(Purpose.NOT_ME, [public_id, secret]),
        code=code,
        token_hash=hash_secret(secret, address_key, wording_ids),
        code_mac=code_mac(public_id, code),
    )


def hash_secret(secret: str, address_key: str, wording_ids: Sequence[int]) -> bytes:
    """Return the SHA-256 of a secret and all that it is bound to."""
    bound = "\0".join([secret, address_key, *(str(each) for each in sorted(wording_ids))])
    return hashlib.sha256(bound.encode()).digest()


def read_secret(purpose: Purpose, token: str) -> tuple[str, str]:
    """Return the public id and the secret in a link's token. Raises TokenForged."""
    match current_tokens().read(purpose, token):
        case [str(public_id), str(secret)]:
            return public_id, secret
    raise TokenForged
