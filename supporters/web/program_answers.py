"""The refusals that a program gets: JSON with a code, a sentence and what to do (docs/form-api.md).

A program is a front end of the party, or the script of the tablet at a stall.
"""

from typing import NamedTuple

from flask import Response, jsonify, request
from flask_babel import LazyString, lazy_gettext as _

PROGRAMS = "/api/"
STALL_ENDPOINTS = {"public.sign_up_at_stall", "public.send_stored_signup"}
JSON = "application/json"


class ProgramRefusal(NamedTuple):
    """The code of a refusal, a sentence for the visitor, and one for the program."""

    code: str
    message: LazyString
    what_to_do: str


REFUSALS = {
    400: ProgramRefusal(
        "not_readable",
        _("The request was not as expected, so nothing was changed."),
        "Send one JSON object, or the fields of a form.",
    ),
    403: ProgramRefusal(
        "origin_refused",
        _("This site may not send the form."),
        "Its origin must be in the setting SUPPORTERS_FORM_ORIGINS. Lead people to our page.",
    ),
    404: ProgramRefusal(
        "no_form",
        _("There is no such form."),
        "Look at the last part of the address: it is that of a list or of a form.",
    ),
    405: ProgramRefusal(
        "method_refused",
        _("The page doesn’t support this kind of request."),
        "Read the form by GET, and send it by POST.",
    ),
    410: ProgramRefusal("form_closed", _("This form is closed."), "Show it no more."),
    413: ProgramRefusal(
        "too_large",
        _("The request is larger than we accept, so nothing was stored."),
        "Shorten it.",
    ),
    415: ProgramRefusal(
        "type_refused",
        _("The request was not as expected, so nothing was changed."),
        "Send it as application/json, or as the fields of a form.",
    ),
    422: ProgramRefusal(
        "faults",
        _("Something in the form is missing or wrong. Nothing was stored."),
        "Show the message of each fault at its field, and send the form again.",
    ),
    429: ProgramRefusal(
        "over_limit",
        _("Many people on your network are signing up at the same time."),
        "Solve the challenge, put the solution into the field “proof”, and send it again.",
    ),
    500: ProgramRefusal(
        "failure",
        _("Something went wrong on our side. Nothing was stored."),
        "Try again in a few minutes.",
    ),
    503: ProgramRefusal(
        "busy",
        _("We can’t store anything right now."),
        "Keep what was typed, and send it again after the seconds in Retry-After.",
    ),
}


def is_for_program() -> bool:
    """Tell whether this request gets an answer for programs, whatever the answer is."""
    if request.path.startswith(PROGRAMS):
        return True
    return request.endpoint in STALL_ENDPOINTS and request.accept_mimetypes.best == JSON


def answer_program(status: int, **more: object) -> Response:
    """Return a refusal; `more` are its further values, or others than the usual ones."""
    usual = REFUSALS.get(status, REFUSALS[400])._asdict()
    response = jsonify({**{name: str(each) for name, each in usual.items()}, **more})
    response.status_code = status
    return response
