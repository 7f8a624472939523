"""The secrets of a signup request: a link token and a six-digit code, stored only as hashes.

The stored hash covers the address and the wordings too: a token stops working when one of them
changes (REQ-64). The token contains two hashes, of the address and of the secret. With them we can
tell the state of a deleted request; they confirm nothing.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from supporters.crypto.tokens import (
    TokenForged,
    TokenPurpose,
    hash_secret,
    is_secret_of,
    new_secret,
)
from supporters.extensions import current_tokens
from supporters.people.addresses import code_mac
from supporters.signup.address_facts import AddressKey, AskedRequest
from supporters.signup.queries import RequestWithChoices
from supporters.signup.rules import CODE_DIGITS

LIFE_OF_LINKS = timedelta(days=183)  # a forwarded email must not show or end subscriptions for ever


@dataclass(frozen=True, kw_only=True)
class LinkSecret:
    """The contents of a confirmation link."""

    public_id: str
    secret: str
    address_mac: bytes = b""
    token_hash: bytes = b""

    @property
    def key(self) -> AddressKey:
        """The hashes by which the facts of its address are found."""
        return AddressKey(mac=self.address_mac, proof=self.token_hash)

    def sign_for(self, *purposes: TokenPurpose) -> list[str]:
        """Return the token of a link for each purpose."""
        hashes = [_text(self.address_mac), _text(self.token_hash)]
        return current_tokens().sign_for(purposes, [self.public_id, self.secret, *hashes])


@dataclass(frozen=True, kw_only=True)
class RequestSecrets:
    """The secrets in the email, and the hashes that the database stores."""

    public_id: str
    confirm_token: str
    not_me_token: str
    code: str
    token_hash: bytes
    code_mac: bytes


def make_secrets(
    address_key: str, address_mac: bytes, wording_ids: Sequence[int]
) -> RequestSecrets:
    """Return new secrets, bound to the address and to the wordings of the ticked boxes."""
    public_id, secret = new_secret(), new_secret()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    link = LinkSecret(
        public_id=public_id,
        secret=secret,
        address_mac=address_mac,
        token_hash=hash_request_secret(secret, address_key, wording_ids),
    )
    confirm_token, not_me_token = link.sign_for(TokenPurpose.CONFIRM, TokenPurpose.NOT_ME)
    return RequestSecrets(
        public_id=public_id,
        confirm_token=confirm_token,
        not_me_token=not_me_token,
        code=code,
        token_hash=link.token_hash,
        code_mac=code_mac(public_id, code),
    )


def group_digits(code: str) -> str:
    """Return a code in two groups: people read them one by one, and screen readers too."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def hash_request_secret(secret: str, address_key: str, wording_ids: Sequence[int]) -> bytes:
    """Return the hash of a secret, bound to the address and to the wordings of a request."""
    return hash_secret(secret, address_key, *_bound(wording_ids))


def is_secret_of_request(asked: AskedRequest | RequestWithChoices, secret: str) -> bool:
    """Tell whether the secret of a link belongs to a request."""
    bound = _bound([each.wording.id for each in asked.choices])
    return is_secret_of(asked.request.token_hash, secret, asked.request.address_key, *bound)


def _bound(wording_ids: Sequence[int]) -> list[str]:
    return [str(each) for each in sorted(wording_ids)]


def read_link_secret(purpose: TokenPurpose, token: str) -> LinkSecret:
    """Return the contents of a token. Raises TokenExpired after half a year, or TokenForged."""
    match current_tokens().read(purpose, token, max_age=LIFE_OF_LINKS):
        case [str(public_id), str(secret), str(mac), str(token_hash)]:
            return LinkSecret(
                public_id=public_id,
                secret=secret,
                address_mac=urlsafe_b64decode(mac),
                token_hash=urlsafe_b64decode(token_hash),
            )
    raise TokenForged


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()
