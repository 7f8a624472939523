"""The sign-up form at a stall: large fields on a tablet that passes from hand to hand.

After each sign-up it is empty again. Without a network the tablet keeps sign-ups, sealed for us,
and sends them later (signup/sealed_signups.py).
"""

from datetime import timedelta
from http import HTTPStatus

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from supporters import clock
from supporters.extensions import csrf, current_settings
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.sealed_signups import SealedUnreadable, StallKeys
from supporters.site_edition import read_edition
from supporters.web.public.join_page import JoinPage
from supporters.web.public.join_page_finder import find_join_page
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import sign_opening_time
from supporters.web.public.signup_pages import show_not_open, take_signup
from supporters.web.public.surfaces import Surface, take_fields

WRONG_CLOCK = timedelta(hours=1)  # of a tablet
MOST_FIELDS = 50
TYPED_AGO = timedelta(minutes=1)  # a kept sign-up was typed by hand, some time ago


def find_stall(slug: str, edition: str) -> JoinPage | None:
    """Return the form of a list for a stall."""
    return find_join_page(slug, edition, surface=Surface.STALL)


@public.get(f"/{LANGUAGE}/stall/<slug>")
def stall(slug: str) -> ResponseReturnValue:
    """Show the form of a list for a stall."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    page = find_stall(slug, read_edition()) or abort(HTTPStatus.NOT_FOUND)
    return page.show_blank()


@public.get("/stall-key")
def stall_key() -> ResponseReturnValue:
    """Return the public key that a tablet seals sign-ups with."""
    return jsonify({"key": StallKeys(current_settings().secret_keys).public_key})


@public.post(f"/{LANGUAGE}/stall/<slug>")
@csrf.exempt  # it signs nobody in; origins.py lets only our own page send it
def sign_up_at_stall(slug: str) -> ResponseReturnValue:
    """Process the form. The script of the page asks for JSON; without it the page comes back."""
    if request.accept_mimetypes.best == "application/json":
        take_fields(request.form)
    answer = take_signup(lambda edition: find_stall(slug, edition), lambda _list: _say_thanks(slug))
    return abort(HTTPStatus.NOT_FOUND) if answer is None else answer


def _say_thanks(slug: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify({}), HTTPStatus.ACCEPTED
    return redirect(url_for("public.stall", slug=slug, thanks=1), HTTPStatus.SEE_OTHER)


@public.post(f"/{LANGUAGE}/stall/<slug>/kept")
@csrf.exempt  # it signs nobody in; origins.py lets only our own page send it
def send_kept(slug: str) -> ResponseReturnValue:
    """Take a sign-up that the tablet kept. It answers as the form does; 410 if it is too old."""
    fields = _open(request.form.get("sealed", ""))
    if fields is None:
        abort(HTTPStatus.GONE)
    nobody_to_ask = {"kept_email": fields.get("email", ""), "opened": sign_opening_time(TYPED_AGO)}
    take_fields(MultiDict({**fields, **nobody_to_ask}))
    answer = take_signup(lambda edition: find_stall(slug, edition), _say_thanks_for_kept)
    return abort(HTTPStatus.NOT_FOUND) if answer is None else answer


def _say_thanks_for_kept(_slug: str) -> ResponseReturnValue:
    return jsonify({"message": gettext("Sent.")}), HTTPStatus.ACCEPTED


def _open(sealed: str) -> MultiDict[str, str] | None:
    """Return the fields of a sealed sign-up; None if it is unreadable, or older than 72 hours."""
    try:
        fields = StallKeys(current_settings().secret_keys).open(sealed)
    except SealedUnreadable:
        return None
    typed_at = fields.pop("typed_at", None)
    if not isinstance(typed_at, int) or len(fields) > MOST_FIELDS:
        return None
    age = int(clock.now().timestamp() * 1000) - typed_at  # a division fails for 400 digits
    if not -WRONG_CLOCK.total_seconds() * 1000 <= age <= REQUEST_LIFETIME.total_seconds() * 1000:
        return None
    texts = {name: value for name, value in fields.items() if isinstance(value, str | int | float)}
    return MultiDict({str(name): str(value) for name, value in texts.items()})
