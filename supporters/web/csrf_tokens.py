"""The CSRF token of a visitor's browser, as Flask-WTF makes and checks it, with kept keys.

The busiest pages use it. All other forms leave it to Flask-WTF: each takes the tokens of both.
"""

import hmac
import secrets
from typing import cast

from flask import Flask, current_app, g, session
from itsdangerous import BadData, URLSafeTimedSerializer

from supporters.kept_signatures import KeptSerializer

NAME = "csrf_token"  # in the session, in `g`, and in a form
SALT = "wtf-csrf-token"
SECRET_BYTES = 20


def init_app(app: Flask) -> None:
    """Keep the keys of the application."""
    plain = URLSafeTimedSerializer(app.config["WTF_CSRF_SECRET_KEY"], salt=SALT)
    app.extensions["csrf_tokens"] = KeptSerializer(plain)


def csrf_token() -> str:
    """Return the token of this browser; its session gets a secret if it has none."""
    kept = g.get(NAME)
    if kept is None:
        secret = session.get(NAME)
        if secret is None:
            secret = session[NAME] = secrets.token_hex(SECRET_BYTES)
        kept = g.csrf_token = _serializer().dumps(secret)
    return str(kept)


def is_csrf_token(token: str | None) -> bool:
    """Tell whether a token is of this browser. It is valid as long as the session."""
    secret = session.get(NAME)
    if not token or secret is None:
        return False
    try:
        signed = _serializer().loads(token)
    except BadData:
        return False
    return hmac.compare_digest(secret, signed)


def _serializer() -> KeptSerializer:
    return cast(KeptSerializer, current_app.extensions["csrf_tokens"])
