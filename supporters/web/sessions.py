"""The session cookie of visitors: none for files."""

from functools import lru_cache

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from supporters.logs import PICTURES


class Sessions(SecureCookieSessionInterface):
    """Opens no session for files: a cookie would prevent caching, and say who opens an email."""

    get_signing_serializer = lru_cache(1)(SecureCookieSessionInterface.get_signing_serializer)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a visitor, or None."""
        if request.path.startswith((f"{app.static_url_path}/", PICTURES)):
            return None
        return super().open_session(app, request)
