"""The session cookie of visitors: none for files, and keys that are derived once."""

from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from supporters.kept_signatures import KeptSerializer
from supporters.logs import PICTURES


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
            self._serializer = KeptSerializer(serializer)
        return self._serializer
