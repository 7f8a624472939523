"""Signs and reads the tokens of links: single purpose, forgery-proof, keys rotatable.

Built on itsdangerous. Each purpose has a salt of its own, so a token made for one kind of link
is refused by every other (REQ-64).
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

MAX_TOKEN_LENGTH = 512


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    NOT_ME = "not-me"
    MANAGE = "manage"
    LEAVE = "leave"
    WELCOME = "welcome"
    FORM_OPENED = "form-opened"


class TokenError(Exception):
    """A token that can't be accepted."""


class TokenForged(TokenError):
    """The token was altered, made for another purpose, or signed with a key we don't hold."""


class TokenExpired(TokenError):
    """The token was ours, and its time is over."""


Payload = str | int | list[str | int]


class TokenSigner:
    """Makes and reads tokens with a list of secret keys, newest first."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        # itsdangerous signs with the last key of its list and accepts all of them.
        self._keys = list(reversed(secret_keys))

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys,
            salt=f"supporters.{purpose.value}",
            signer_kwargs={"digest_method": hashlib.sha256},
        )

    def sign(self, purpose: Purpose, payload: Payload) -> str:
        """Return a URL-safe token that carries the payload for this purpose only."""
        return str(self._serializer(purpose).dumps(payload))

    def read(self, purpose: Purpose, token: str, *, max_age: timedelta | None = None) -> Payload:
        """Return the payload of a token.

        Raises TokenExpired when it is older than max_age, TokenForged when it isn't ours.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise TokenForged
        seconds = None if max_age is None else int(max_age.total_seconds())
        try:
            payload: Payload = self._serializer(purpose).loads(token, max_age=seconds)
        except SignatureExpired as expired:
            raise TokenExpired from expired
        except BadData as forged:
            raise TokenForged from forged
        return payload
