"""Tokens and secrets of links: single purpose, forgery-proof, keys rotatable.

Built on itsdangerous. Each purpose has a salt of its own, so a token made for one kind of link
is refused by every other (REQ-64).

A secret is bound to a value, an address for example: it stops working when that changes.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, cast

from itsdangerous import (
    BadData,
    SignatureExpired,
    TimestampSigner,
    URLSafeTimedSerializer,
    base64_encode,
)

from supporters import clock

MAX_TOKEN_LENGTH = 600  # a link into the training with a name of 80 rare letters has 515
SECRET_BYTES = 16


class TokenPurpose(StrEnum):
    """The purpose of a link."""

    CONFIRM = "confirm"
    NOT_ME = "not-me"
    MANAGE = "manage"
    UNSUBSCRIBE = "leave"
    WHY = "why"
    RECEIPT = "receipt"
    WELCOME = "welcome"
    INVITATION = "invited"
    NO_MORE = "no-more"
    FORM_OPENED = "form-opened"
    WAITING_FORM = "waiting-form"
    EVENT = "event"
    RECONFIRMATION = "renew"
    MY_DATA = "my-data"
    NEW_ADDRESS = "new-address"
    NOT_MY_ADDRESS = "not-my-address"
    UNDO = "undo"
    WRITER = "writer"
    NEW_PASSWORD = "new-password"  # noqa: S105 - the purpose of a link
    PASSKEY = "passkey"
    TRAINING = "training"


class TokenError(Exception):
    """A token that can't be accepted."""


class TokenForged(TokenError):
    """The token was altered, made for another purpose, or signed with a key that we don't have."""


class TokenExpired(TokenError):
    """The token is ours, and has expired."""


Payload = str | int | list[str | int]


class _CompactJson:
    """The JSON of itsdangerous, with an encoder that is cached."""

    dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    loads = staticmethod(json.loads)


class _Serializer(URLSafeTimedSerializer):
    """Writes the tokens of one purpose. A campaign makes two for each email: it has one signer."""

    def __init__(self, secret_keys: Sequence[str], purpose: TokenPurpose) -> None:
        salt, sha256 = f"supporters.{purpose.value}", hashlib.sha256
        derive = TimestampSigner(secret_keys, salt, digest_method=sha256).derive_key
        super().__init__(
            [derive(each) for each in secret_keys],
            salt,
            serializer=_CompactJson,
            signer_kwargs={"key_derivation": "none", "digest_method": sha256},
        )
        self._signer = cast(TimestampSigner, super().make_signer(salt))

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        """Return the one signer."""
        return self._signer

    def sign_payload(self, payload: bytes) -> str:
        """Return the signed text of a payload, as `dump_payload` returns it."""
        return self._signer.sign(payload).decode()

    def dump_payload(self, obj: object) -> bytes:
        """Return the payload of a value. It isn't compressed: it holds ids and hashes."""
        return base64_encode(_CompactJson.dumps(obj))


class _Serializers(dict[TokenPurpose, _Serializer]):
    """The serializer of each purpose, made when it is first needed."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        super().__init__()
        # itsdangerous signs with the last key of its list and accepts all of them.
        self._keys = list(reversed(secret_keys))

    def __missing__(self, purpose: TokenPurpose) -> _Serializer:
        serializer = self[purpose] = _Serializer(self._keys, purpose)
        return serializer


class TokenSigner:
    """Makes and reads tokens with a list of secret keys, newest first."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._serializers = _Serializers(secret_keys)

    def sign(self, purpose: TokenPurpose, payload: Payload) -> str:
        """Return a URL-safe token that carries the payload for this purpose only."""
        return self.sign_for([purpose], payload)[0]

    def sign_for(self, purposes: Sequence[TokenPurpose], payload: Payload) -> list[str]:
        """Return a token with the same payload for each purpose."""
        serializers = [self._serializers[purpose] for purpose in purposes]
        packed = serializers[0].dump_payload(payload)
        return [each.sign_payload(packed) for each in serializers]

    def read(
        self, purpose: TokenPurpose, token: str, *, max_age: timedelta | None = None
    ) -> Payload:
        """Return the payload of a token.

        Raises TokenExpired if it is older than max_age, TokenForged if it isn't ours.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise TokenForged
        seconds = None if max_age is None else int(max_age.total_seconds())
        try:
            payload: Payload = self._serializers[purpose].loads(token, max_age=seconds)
        except SignatureExpired as expired:
            if expired.date_signed is not None and expired.date_signed > clock.now():
                return self.read(purpose, token)  # signed by a machine whose clock is ahead
            raise TokenExpired from expired
        except BadData as forged:
            raise TokenForged from forged
        return payload


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
