"""The session cookie of visitors: none for files, and keys that are derived once."""

import hashlib
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from supporters.logs import PICTURES


class _KeptSigner(TimestampSigner):
    """A signer of itsdangerous that derives its keys once, not for each cookie."""

    def __init__(self, like: TimestampSigner) -> None:
        super().__init__(
            like.secret_keys,
            salt=like.salt,
            key_derivation=like.key_derivation,
            digest_method=hashlib.sha1,  # as Flask signs cookies
        )
        self._derived: dict[str | bytes | None, bytes] = {
            key: like.derive_key(key) for key in (None, *like.secret_keys)
        }

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        return self._derived[secret_key]


class Sessions(SecureCookieSessionInterface):
    """Opens no session for files: a cookie would prevent caching, and say who opens an email."""

    _serializer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a visitor, or None."""
        if request.path.startswith((f"{app.static_url_path}/", PICTURES)):
            return None
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the serializer of Flask, which is kept with its keys."""
        if self._serializer is None:
            serializer: Any = super().get_signing_serializer(app)
            kept = _KeptSigner(serializer.make_signer(serializer.salt))
            serializer.make_signer = lambda _salt=None: kept
            self._serializer = serializer
        return self._serializer
