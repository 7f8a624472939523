"""Connects the cookie of a browser with its session: at the sign-in, at each request, at the end.

The cookie of Flask-Login names an account. Ours has the secret of a row of `sign_in_session`.
"""

from collections.abc import Sequence
from typing import Any

from flask import Flask, g, request, session
from flask_security.utils import set_request_attr

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.actors import current_actor
from supporters.database import DatabaseUnavailable, use_case
from supporters.networks import UNKNOWN
from supporters.sign_in.session_models import SignInSession
from supporters.sign_in.sign_in_sessions import (
    SignInDevice,
    begin_session,
    find_session,
    needs_note_of_use,
    note_confirmation,
    note_use,
    sign_out,
)

"""The coarse name of a browser from its User-Agent: enough to recognise one's own devices."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def name_browser(user_agent: str) -> str:
    """Return a name like "Firefox, Windows". It is empty for a program that we don't know."""
    found = (
        next((name for sign, name in table if sign in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in found if name)


SECRET = "_user_id"  # noqa: S105 - the name under which Flask-Login keeps it
CONFIRMED = "fs_paa"  # Flask-Security sets it when a password or another factor was right
UNREAD = "account_unread"
BY_SCRIPT = "empty"  # Sec-Fetch-Dest of a request that no person made


def browser_name() -> str:
    """Return the coarse name of the browser of this request."""
    return name_browser(request.headers.get("User-Agent", ""))


def begin_cookie(
    _app: Flask, user: Organiser, authn_via: Sequence[str] | None = None, **_: Any
) -> None:
    """Begin a session of an account, with a new CSRF token."""
    for name in ("csrf_token", CONFIRMED):
        session.pop(name, None)
    g.pop("csrf_token", None)
    network = current_actor().network or UNKNOWN
    device = SignInDevice(network, browser_name(), [*(authn_via or [])])
    session[SECRET] = secret = begin_session(user, device, clock.now())
    g.sign_in_session = find_session(secret, clock.now())
    session.permanent = False


def leave_account_unread() -> None:
    """Make the rest of this answer one for nobody: its page would ask the database again."""
    setattr(g, UNREAD, True)


def load_account(secret: str) -> Organiser | None:
    """Return the account of the cookie, for Flask-Login."""
    session.pop(CONFIRMED, None)  # a cookie can't say it, only the row
    if g.get(UNREAD):
        return None
    row = find_session(secret, clock.now())
    organiser = None if row is None else find_organiser(row.organiser_id)
    if row is None or organiser is None or not organiser.active:
        return None
    g.sign_in_session = row
    set_request_attr("fs_authn_via", "session")
    set_request_attr(CONFIRMED, row.confirmed_at.timestamp())
    return organiser


def current_session() -> SignInSession:
    """Return the session of this request. Raises LookupError if nobody is signed in."""
    row: SignInSession | None = g.get("sign_in_session")
    if row is None:
        raise LookupError("Nobody is signed in.")
    return row


def had_session() -> bool:
    """Tell whether this browser was signed in, perhaps in a session that is over."""
    return SECRET in session


def note_session_use() -> None:
    """Note that the session is used, at most once a minute. Reads of scripts don't count."""
    row, now = current_session(), clock.now()
    if _is_read_by_script() or not needs_note_of_use(row, now):
        return
    try:
        note_use(row.id, now)
    except DatabaseUnavailable:
        return  # the page can still be read, and the next request notes it


def _is_read_by_script() -> bool:
    is_reading = request.method in {"GET", "HEAD"}
    return is_reading and request.headers.get("Sec-Fetch-Dest") == BY_SCRIPT


def keep_confirmation() -> None:
    """Keep in the row that a password or another factor was right in this request."""
    if "sign_in_session" in g and session.pop(CONFIRMED, None):
        note_confirmation(current_session().id, clock.now())


@use_case
def end_cookie(_app: Flask, **_: Any) -> None:
    """End the session of this browser when the account signs out. The others go on."""
    row: SignInSession | None = g.pop("sign_in_session", None)
    if row is not None:
        sign_out(row)
