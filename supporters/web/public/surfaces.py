"""Where a sign-up form is shown: on our page, in a frame of another site, at a stall, or elsewhere.

Only our own page has a cookie: browsers give none to a frame of another site. The other forms have
no CSRF token, and need none: they sign nobody in, and the email that they cause confirms nothing.
"""

from datetime import datetime
from enum import Enum

from flask import current_app, g, request
from werkzeug.datastructures import MultiDict


class Surface(Enum):
    """A place of the form, with its template, its endpoint, and whether it has a cookie."""

    SITE = "public/join.html", "public.join", True
    FRAME = "public/embedded.html", "public.embedded", False
    STALL = "public/stall.html", "public.stall", False
    PROGRAM = "public/form_words.html", "public.form_words", False

    def __init__(self, template: str, endpoint: str, has_cookie: bool) -> None:
        self.template = template
        self.endpoint = endpoint
        self.has_cookie = has_cookie

    @property
    def language_key(self) -> str:
        """The name of the language in the address."""
        return "language" if self is Surface.PROGRAM else "lang_code"


def is_from_our_page() -> bool:
    """Tell whether a browser says that a page of ours sent this request (Fetch Metadata)."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def is_without_cookie() -> bool:
    """Tell whether our own page sent this form from a browser that refuses cookies.

    It is taken as that of a frame is. Its token would tell that no other site sent it, and the
    browser has said so; nothing is put into a session, so none can be given to somebody (ADR 084).
    """
    has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return not has_cookie and request.method == "POST" and is_from_our_page()


def take_fields(fields: MultiDict[str, str], *, typed_at: datetime | None = None) -> None:
    """Let this request have the fields that a program sent. It gets answers for programs.

    `typed_at` is when a tablet says that it stored them without a network.
    """
    g.sent_fields, g.typed_at = fields, typed_at


def find_time_of_tablet() -> datetime | None:
    """Return when a tablet says that it stored the fields of this request, if it did."""
    typed_at: datetime | None = g.get("typed_at")
    return typed_at


def is_program() -> bool:
    """Tell whether a program sent this request."""
    return "sent_fields" in g


def sent_fields() -> MultiDict[str, str]:
    """Return the fields of this request."""
    fields: MultiDict[str, str] = g.get("sent_fields", request.form)
    return fields
