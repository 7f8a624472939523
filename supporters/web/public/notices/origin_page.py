"""The page “Is this email really from us?”: somebody pastes the source of an email (REQ-144).

It sets no cookie and keeps nothing. The answer goes to the visitor only. A process checks one email
at a time, so that strangers can't hold all its threads with them (ADR 083).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock as ThreadLock

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.accountability.email_origin import check_origin
from supporters.extensions import csrf
from supporters.mail.pasted_emails import TooManyParts
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

SHORTEST = 20
CHECKS, CHECKS_OF_ALL = 10, 120  # a minute, of a network and of all
WAITS_AT_MOST = 0.5  # seconds, for the check of somebody else

one_check = ThreadLock()


@public.get(f"/{LANGUAGE}/genuine")
def origin() -> str:
    """Show the form."""
    return _show()


@public.post(f"/{LANGUAGE}/genuine")
@csrf.exempt
def check_email() -> ResponseReturnValue:
    """Answer about the pasted email."""
    limit_lookups("origin", CHECKS, of_all=CHECKS_OF_ALL)
    source = request.form.get("source", "").replace("\0", "")
    if len(source.strip()) < SHORTEST:
        fault = gettext("Paste the source of the email first, or at least its headers.")
        return _show(source=source, fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with _alone():
            answer = check_origin(source)
    except TooManyParts:
        fault = gettext("This source has more parts than an email has. Paste that of one email.")
        return _show(fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return _show(source=source, answer=answer)


@contextmanager
def _alone() -> Iterator[None]:
    """Check nothing else in this process meanwhile. Abort with 429 if another check lasts."""
    if not one_check.acquire(timeout=WAITS_AT_MOST):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        yield
    finally:
        one_check.release()


def _show(**values: object) -> str:
    return render_template("public/notices/origin.html", **values)
