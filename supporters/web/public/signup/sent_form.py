"""Remembers the signup form that this browser sent, while the person waits for the email.

It is in the session cookie, encrypted: nobody else sees it, and nothing tells whether we know the
address. With it the page shows the address, and the form can be corrected or sent again.
"""

import json
from collections.abc import Sequence

from flask import request, session
from werkzeug.datastructures import MultiDict

from supporters import clock
from supporters.crypto.encryption import DecryptionFailed
from supporters.extensions import current_encryptor
from supporters.people.addresses import Address, key_of
from supporters.signup.queries import is_found_dead
from supporters.signup.rules import DAY, REQUEST_LIFETIME
from supporters.web.public.signup.forms import DECOY

KEY, EMAIL = "typed", "email"
REQUEST_KEY = "signup"  # the request of this browser
EARLIER_KEY = "signups"  # its earlier requests, the newest first
MOST_EARLIER = 4
CONFIRMED_KEY = "answered"  # the same request, after this browser has confirmed it
TIMES_KEY = "asked"
REQUESTED_AT_KEY = "asked-at"
LIST_KEY = "asked-list"  # the slug of the list that it is for
PAGE_KEY = "page"  # the slug of the page with the form; empty for the home page
NOT_TYPED = {"csrf_token", "opened", "waited", "asked", "is_person", DECOY, EMAIL}
SOONEST_BOUNCE = 5  # seconds
LONGEST = 1800  # octets of typed text: a cookie has 4096, and encryption adds two thirds

Fields = Sequence[tuple[str, str]]


def remember_form(public_id: str, address: Address) -> None:
    """Remember the form that was sent just now, until the browser closes."""
    _remember(public_id, address, [*request.form.items(multi=True)], times=[])


def remember_form_again(public_id: str, address: Address, fields: MultiDict[str, str]) -> None:
    """Remember the same form with its newer request, and that it was sent again now."""
    last_day = clock.now().timestamp() - DAY.total_seconds()
    times = [each for each in list_times() if each > last_day]
    _remember(public_id, address, [*fields.items(multi=True)], times=times)


def _remember(public_id: str, address: Address, fields: Fields, *, times: Sequence[int]) -> None:
    values = [(EMAIL, address.text), *(each for each in fields if each[0] not in NOT_TYPED)]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > LONGEST:
        text = json.dumps(values[:1]).encode()
    now = int(clock.now().timestamp())
    session[KEY] = current_encryptor().encrypt(text).decode()
    session[EARLIER_KEY] = list_own_requests()[:MOST_EARLIER]
    session[REQUEST_KEY] = public_id
    session[REQUESTED_AT_KEY] = now
    session[TIMES_KEY] = [*times, now]


def remember_page(slug: str, list_slug: str) -> None:
    """Remember the page of the form, by the slug of its list if it has one, and its list."""
    session[PAGE_KEY], session[LIST_KEY] = slug, list_slug


def list_own_requests() -> list[str]:
    """Return the public ids of the last requests of this browser, the newest first."""
    earlier: list[str] = session.get(EARLIER_KEY) or []
    return [session[REQUEST_KEY], *earlier] if REQUEST_KEY in session else earlier


def list_times() -> list[int]:
    """Return the seconds at which this browser asked for the emails of its form."""
    return session.get(TIMES_KEY) or [session.get(REQUESTED_AT_KEY, 0)]


def find_form() -> MultiDict[str, str] | None:
    """Return the fields of the remembered form."""
    try:
        text = current_encryptor().decrypt(session.get(KEY, "").encode()).decode()
    except DecryptionFailed:  # nothing is remembered, or a key was retired
        return None
    try:
        return MultiDict([(str(name), str(value)) for name, value in json.loads(text)])
    except ValueError:  # a form from before we stored more than its address
        return MultiDict([(EMAIL, text)])


def find_typed_address() -> str | None:
    """Return the remembered address."""
    form = find_form()
    return form.get(EMAIL) if form else None


def find_dead_address() -> bool | None:
    """Tell whether the email to the remembered address came back, as `is_found_dead`.

    Nothing comes back within seconds, so the page that follows the form asks nothing.
    """
    address, asked_at = find_typed_address(), max(list_times())
    if not address or clock.now().timestamp() < asked_at + SOONEST_BOUNCE:
        return None
    return is_found_dead(list_own_requests(), key_of(address))


def forget_form() -> None:
    """Delete the form from the cookie."""
    session.pop(KEY, None)


def is_confirmed_here() -> bool:
    """Tell whether this browser has confirmed its request."""
    return REQUEST_KEY in session and session.get(CONFIRMED_KEY) == session[REQUEST_KEY]


def is_request_over() -> bool:
    """Tell whether the request has expired, by the time in the cookie: the row may be gone."""
    asked_at = session.get(REQUESTED_AT_KEY)
    lifetime = REQUEST_LIFETIME.total_seconds()
    return asked_at is not None and clock.now().timestamp() >= asked_at + lifetime
