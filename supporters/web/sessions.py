"""The session cookie of visitors: none for files, and keys that are derived once."""

import json
from typing import Any

from flask import Flask, Request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from supporters.crypto.kept_signatures import KeptSerializer
from supporters.logs import PICTURES

PLAIN = {str, int, bool, type(None)}
TAGGED = '{" '  # a tag is an object whose only name begins with a space
WORTH_COMPRESSING = 1_000  # characters: a cookie may have 4,096


class _PlainFirst(TaggedJSONSerializer):
    """The JSON of Flask, with the same texts; it looks for a tag only where one can be."""

    def tag(self, value: Any) -> Any:
        """Return a value with the tag of its type."""
        return value if type(value) in PLAIN else super().tag(value)

    def loads(self, value: str) -> Any:
        """Return the value of a text."""
        return super().loads(value) if TAGGED in value else json.loads(value)


class Sessions(SecureCookieSessionInterface):
    """Opens no session for files: a cookie would prevent caching, and say who opens an email."""

    serializer = _PlainFirst()
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
            self._serializer = KeptSerializer(serializer, worth_compressing=WORTH_COMPRESSING)
        return self._serializer
