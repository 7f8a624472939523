"""The page “Is this email really from us?”: somebody pastes the source of an email (REQ-144).

It sets no cookie and keeps nothing. The answer goes to the visitor only.
"""

from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.evidence.email_origin import check_origin
from supporters.extensions import csrf
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

LONGEST = 300_000  # characters
SHORTEST = 20


@public.get(f"/{LANGUAGE}/genuine")
def origin() -> str:
    """Show the form."""
    return _show()


@public.post(f"/{LANGUAGE}/genuine")
@csrf.exempt
def check_email() -> ResponseReturnValue:
    """Answer about the pasted email."""
    limit_lookups("origin")
    source = request.form.get("source", "").replace("\0", "")
    if fault := _find_fault(source):
        return _show(source=source[:LONGEST], fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return _show(source=source, answer=check_origin(source))


def _find_fault(source: str) -> str | None:
    if len(source.strip()) < SHORTEST:
        return str(gettext("Paste the source of the email first, or at least its headers."))
    if len(source) > LONGEST:
        return str(
            gettext("This is too long. Paste the beginning, down to the first text of the email.")
        )
    return None


def _show(**values: object) -> str:
    return render_template("public/origin.html", **values)
