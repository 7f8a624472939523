"""The waiting page: a form that can't be taken at this moment, which the browser sends again.

The page holds the fields of the form as they came, hidden and escaped, so nothing of them is in our
database or in a cookie (ADR 064). Its script sends them again after a while that differs for each
visitor and grows with each try. Only a form that our own page sent (Fetch Metadata), or one with a
token of this browser, is sent without its visitor: no other site can make browsers send again and
again. If a limit is used up, the page has a challenge: with its solution, or after some minutes,
the form is let in (ADR 071). The challenge is signed and needs no cookie, so a frame has it too.
"""

import json
from secrets import randbelow
from typing import NamedTuple

import structlog
from flask import Response, abort, g, make_response, render_template, request, url_for

from supporters import clock
from supporters.extensions import is_first_in_a_minute
from supporters.queue_wait import QUEUE_WAIT
from supporters.web.forms import is_csrf_token
from supporters.web.program_answers import REFUSALS, answer_program, is_for_program
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.page_theme import read_nothing
from supporters.web.public.proof_of_work import PROOF, WAITING, begin_wait, make_challenge
from supporters.web.public.public_blueprint import public
from supporters.web.public.surfaces import is_from_our_page, is_without_cookie, sent_fields

SIGNUPS = {  # each sign-up form, with the page that follows it
    "public.sign_up": "public.check",
    "public.sign_up_corrected": "public.check",
    "public.sign_up_at_home": "public.check_any",
    "public.sign_up_in_frame": "public.embedded",
}
WITHOUT_PAGE = {"public.form_program", "public.sign_up_at_stall", "public.send_stored_signup"}
NEXT_PAGES = {
    **SIGNUPS,
    "public.my_data": "public.my_data_sent",
    "public.my_data_address": "public.my_data_address_sent",
}
IN_FRAME = "public.sign_up_in_frame"
OVER_LIMIT = "over_limit"
TRIES = "waited"
LEFT_OUT = {TRIES, PROOF, WAITING}
ANSWERED = {429, 503}
FIRST_WAIT = (5, 20)  # seconds
LONGEST_WAIT = (40, 60)
GROWTH = 1.5
LONGEST_QUEUE = 2  # seconds: then the answer would come too late, and others after it even later
MOST_DIGITS = 2

log = structlog.get_logger(__name__)


class WaitingForm(NamedTuple):
    """A form that waits: its fields, and how it is sent again.

    `challenge` is to be solved by its browser, if it is over a limit; `minutes` is the other way.
    """

    fields: list[tuple[str, str]]
    address: str
    seconds: int
    is_sent_by_itself: bool
    next_url: str
    is_signup: bool
    is_framed: bool
    challenge: str
    minutes: int


@public.before_request
def refuse_late_signup() -> None:
    """Answer 503 to a signup that waited too long for a thread, before the database is read."""
    if request.endpoint in {*SIGNUPS, *WITHOUT_PAGE} and QUEUE_WAIT.get() > LONGEST_QUEUE:
        abort(503)


def wait_seconds(tries: int, spread: float) -> int:
    """Return how long a browser waits after some tries; `spread` is from 0 to 1."""
    first, longest = (low + (high - low) * spread for low, high in (FIRST_WAIT, LONGEST_WAIT))
    return round(min(first * GROWTH**tries, longest))


def render_waiting_page(code: int) -> Response | None:
    """Return the waiting page for a form that can't be taken now; None for other requests.

    A program gets each error as JSON, and the challenge with it.
    """
    if is_for_program():
        return _answer_program(code)
    is_form = request.endpoint in NEXT_PAGES and request.method == "POST"
    if code not in ANSWERED or not is_form:
        return None
    read_nothing()
    _log_once_a_minute(code)
    waiting = _read_form(g.get("form_over_limit"))
    page = render_template("public/waiting.html", waiting=waiting, code=code)
    return make_response(page, code, {"Retry-After": str(waiting.seconds)})


def _answer_program(code: int) -> Response:
    over_limit: LimitedForm | None = g.get("form_over_limit")
    if over_limit is None:
        answer = answer_program(code)
    else:
        wait = begin_wait(over_limit, sent_fields().get(WAITING, ""))
        challenge = {"field": PROOF, "value": json.loads(make_challenge(over_limit))}
        waiting = {"field": WAITING, "value": wait.token, "minutes": wait.minutes}
        usual = {"code": OVER_LIMIT, "what_to_do": REFUSALS[429].what_to_do}
        answer = answer_program(code, **usual, challenge=challenge, wait=waiting)
    if code in ANSWERED:
        _log_once_a_minute(code)
        answer.headers["Retry-After"] = str(wait_seconds(1, randbelow(100) / 99))
    return answer


def _read_form(over_limit: LimitedForm | None) -> WaitingForm:
    typed = request.form.get(TRIES, "")
    tries = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else 0
    fields = [each for each in request.form.items(multi=True) if each[0] not in LEFT_OUT]
    wait = begin_wait(over_limit, request.form.get(WAITING, "")) if over_limit else None
    if wait:
        fields.append((WAITING, wait.token))
    return WaitingForm(
        fields=[*fields, (TRIES, str(tries + 1))],
        address=request.form.get("email", "").strip(),
        seconds=wait_seconds(tries, randbelow(100) / 99),
        is_sent_by_itself=is_from_our_page() or is_csrf_token(request.form.get("csrf_token")),
        next_url=_find_next_page(),
        is_signup=request.endpoint in SIGNUPS,
        is_framed=request.endpoint == IN_FRAME,
        challenge=make_challenge(over_limit) if over_limit else "",
        minutes=wait.minutes if wait else 0,
    )


def _find_next_page() -> str:
    known = request.view_args or {}
    if request.endpoint == IN_FRAME:
        return url_for("public.embedded", **known, sent=1)
    if request.endpoint in SIGNUPS and is_without_cookie():
        return url_for("public.check_any", sent=1)
    return url_for(NEXT_PAGES[request.endpoint or ""], **known)


def _log_once_a_minute(code: int) -> None:
    if is_first_in_a_minute("waiting page", str(code), now=clock.now()):
        log.warning("signup.asked_to_wait", status=code)
