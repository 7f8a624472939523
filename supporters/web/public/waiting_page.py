"""The waiting page: a signup that can't be taken at this moment, which the browser sends again.

The page holds the fields of the form as they came, hidden and escaped, so nothing of them is in our
database or in a cookie (ADR 064). Its script sends them again after a while that differs for each
visitor and grows with each try. Only a form with a token of this browser is sent without its
visitor: no other site can make browsers send again and again.
"""

from secrets import randbelow
from typing import NamedTuple

import structlog
from flask import Response, abort, make_response, render_template, request, url_for
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from supporters import clock
from supporters.extensions import current_limits
from supporters.queue_wait import QUEUE_WAIT
from supporters.web.public.public_blueprint import public

# The forms, with the page that follows each of them.
NEXT_PAGES = {"public.sign_up": "public.check", "public.sign_up_at_home": "public.check_any"}
TRIES = "waited"
ANSWERED = {429, 503}
FIRST_WAIT = (5, 20)  # seconds
LONGEST_WAIT = (40, 60)
GROWTH = 1.5
LONGEST_QUEUE = 2  # seconds: then the answer would come too late, and others after it even later
MOST_DIGITS = 2

log = structlog.get_logger(__name__)


class WaitingForm(NamedTuple):
    """A form that waits: its fields, and how it is sent again."""

    fields: list[tuple[str, str]]
    address: str
    seconds: int
    is_sent_by_itself: bool
    next_url: str


@public.before_request
def refuse_late_signup() -> None:
    """Answer 503 to a signup that waited too long for a thread, before the database is read."""
    if request.endpoint in NEXT_PAGES and QUEUE_WAIT.get() > LONGEST_QUEUE:
        abort(503)


def wait_seconds(tries: int, spread: float) -> int:
    """Return how long a browser waits after some tries; `spread` is from 0 to 1."""
    first, longest = (low + (high - low) * spread for low, high in (FIRST_WAIT, LONGEST_WAIT))
    return round(min(first * GROWTH**tries, longest))


def render_waiting_page(code: int) -> Response | None:
    """Return the waiting page for a signup that can't be taken now; None for other requests."""
    is_form = request.endpoint in NEXT_PAGES
    if code not in ANSWERED or not is_form:
        return None
    _log_once_a_minute(code)
    waiting = _read_form()
    page = render_template("public/waiting.html", waiting=waiting, code=code)
    return make_response(page, code, {"Retry-After": str(waiting.seconds)})


def _read_form() -> WaitingForm:
    typed = request.form.get(TRIES, "")
    tries = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else 0
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != TRIES]
    return WaitingForm(
        fields=[*fields, (TRIES, str(tries + 1))],
        address=request.form.get("email", "").strip(),
        seconds=wait_seconds(tries, randbelow(100) / 99),
        is_sent_by_itself=_has_token_of_this_browser(),
        next_url=url_for(NEXT_PAGES[request.endpoint or ""], **(request.view_args or {})),
    )


def _has_token_of_this_browser() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _log_once_a_minute(code: int) -> None:
    if current_limits().take(1, "waiting page", str(code), now=clock.now()):
        log.warning("signup.asked_to_wait", status=code)
