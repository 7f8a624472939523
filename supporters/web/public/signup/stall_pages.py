"""The sign-up form at a stall: large fields on a tablet that passes from hand to hand.

After each sign-up it is empty again. Without a network the tablet stores sign-ups, encrypted for
us, and sends them later (signup/encrypted_signups.py).
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from flask import Response, abort, json, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from werkzeug.datastructures import MultiDict

from supporters import clock
from supporters.extensions import csrf, current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.people.rules import mask_address
from supporters.signup.encrypted_signups import SignupUnreadable, StallKeys
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.web.program_answers import answer_program
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import sign_opening_time
from supporters.web.public.signup.closed_forms import find_missing_status
from supporters.web.public.signup.form_faults import PAGE_CHANGED, answer_faults
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import find_join_page
from supporters.web.public.signup.signup_pages import show_not_open, take_signup
from supporters.web.public.surfaces import Surface, sent_fields, take_fields
from supporters.web.static_files import current_static_files

WRONG_CLOCK = timedelta(hours=1)  # of a tablet
MOST_FIELDS = 50
Refusal = Response
SHOWN = {"email", "given_name"}
WORKER = "js/stall-worker.js"
TYPED_AGO = timedelta(minutes=1)  # a stored sign-up was typed by hand, some time ago


def find_stall(slug: str) -> JoinPage | None:
    """Return the form of a list for a stall."""
    return find_join_page(slug, surface=Surface.STALL)


@public.get(f"/{LANGUAGE}/stall/<slug>")
def stall(slug: str) -> ResponseReturnValue:
    """Show the form of a list for a stall."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    use_present_edition()
    page = find_stall(slug) or abort(HTTPStatus.NOT_FOUND)
    return page.show_blank()


@public.get("/stall-key")
def stall_key() -> ResponseReturnValue:
    """Return the public key that a tablet encrypts sign-ups with."""
    return jsonify({"key": StallKeys(current_settings().secret_keys).public_key})


@public.get("/stall-worker.js")
def stall_worker() -> Response:
    """Show the service worker that opens the page of a stall without a network.

    Its address is at the root: a worker serves what is below its own address.
    """
    response = Response(current_static_files().find(WORKER).content, mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@public.post(f"/{LANGUAGE}/stall/<slug>")
@csrf.exempt  # it signs nobody in; origins.py lets only our own page send it
def sign_up_at_stall(slug: str) -> ResponseReturnValue:
    """Process the form. The script of the page asks for JSON; without it the page comes back."""
    if request.accept_mimetypes.best == "application/json":
        take_fields(request.form)
    answer = take_signup(lambda: find_stall(slug), lambda _list: _say_thanks(slug))
    return abort(HTTPStatus.NOT_FOUND) if answer is None else answer


def _say_thanks(slug: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify({}), HTTPStatus.ACCEPTED
    return redirect(url_for("public.stall", slug=slug, thanks=1), HTTPStatus.SEE_OTHER)


@public.post(f"/{LANGUAGE}/stall/<slug>/kept")
@csrf.exempt  # it signs nobody in; origins.py lets only our own page send it
def send_stored_signup(slug: str) -> ResponseReturnValue:
    """Take a sign-up that the tablet stored. It answers as the form does; 410 if it is too old.

    The tablet can't read what it stores. A refused one comes back to be corrected, so a stranger
    who holds the tablet can read the faulty ones, and no other (ADR 084). The reasons are for the
    volunteer: `reader` is the language of the page that is open now. Tablets store this address and
    the name `sealed`, so both stay.
    """
    with _language_of_reader():
        opened = _open(request.form.get("sealed", ""))
    if isinstance(opened, Refusal):
        return opened
    _take_stored(opened.fields, opened.typed_at)
    answer = take_signup(lambda: find_stall(slug), _say_thanks_for_stored)
    if answer is None:
        with _language_of_reader():
            return answer_program(find_missing_status(slug))
    response, page = make_response(answer), _find_present_stall(slug)
    if response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY or page is None:
        return response
    return _explain_faults(page, opened.fields)


def _find_present_stall(slug: str) -> JoinPage | None:
    """Return the page as it is now: the sign-up may have met an earlier edition."""
    use_present_edition()
    return find_stall(slug)


def _take_stored(fields: MultiDict[str, str], typed_at: datetime) -> None:
    """Take the fields of the tablet as sent. Nobody is there to be asked or to be timed."""
    nobody_to_ask = {"kept_email": fields.get("email", ""), "opened": sign_opening_time(TYPED_AGO)}
    take_fields(MultiDict({**fields, **nobody_to_ask}), typed_at=typed_at)


def _language_of_reader() -> AbstractContextManager[None]:
    """Speak the language of the page that is open now, for a while."""
    reader = request.form.get("reader")
    is_known = reader in current_settings().languages.offered
    return force_locale(reader) if reader and is_known else nullcontext()


def _explain_faults(page: JoinPage, typed: MultiDict[str, str]) -> Response:
    """Return a refusal with the fields, so that the person can correct them.

    After a change of the page they have no ticked box: the person reads it anew.
    """
    form = page.as_sent(sent_fields()).make_form()  # the page is that of the person
    with _language_of_reader():
        form.validate()
        form.is_from_a_person()
        response = answer_faults(form)
        return _add_fields(response, typed)


def _add_fields(response: Response, typed: MultiDict[str, str]) -> Response:
    told = response.get_json()
    is_changed = told["code"] == PAGE_CHANGED
    shown = {name: text for name, text in typed.items() if name in SHOWN or not is_changed}
    if is_changed:
        told["message"] = gettext("The text of the page has changed since this person read it.")
    told |= {"fields": shown, "who": _describe_person(typed)}
    response.set_data(json.dumps(told))
    return response


def _describe_person(typed: MultiDict[str, str]) -> str:
    """Return by what a volunteer knows whom to ask: nobody else can read it."""
    return " ".join(filter(None, (typed.get("given_name"), mask_address(typed.get("email", "")))))


def _say_thanks_for_stored(_slug: str) -> ResponseReturnValue:
    return jsonify({"message": gettext("Sent.")}), HTTPStatus.ACCEPTED


class StoredSignup(NamedTuple):
    """The fields of a sign-up that a tablet stored, and when it says that it did."""

    fields: MultiDict[str, str]
    typed_at: datetime


def _open(encrypted: str) -> StoredSignup | Refusal:
    """Return an encrypted sign-up, or why it can't be taken."""
    try:
        fields = StallKeys(current_settings().secret_keys).open(encrypted)
    except SignupUnreadable:
        return _refuse("unreadable", gettext("Nobody can read it: the keys of the site changed."))
    typed_at = fields.pop("typed_at", None)
    if not isinstance(typed_at, int) or len(fields) > MOST_FIELDS:
        return _refuse("unreadable", gettext("Nobody can read it."))
    texts = {name: value for name, value in fields.items() if isinstance(value, str | int | float)}
    typed = MultiDict({str(name): str(value) for name, value in texts.items()})
    age = int(clock.now().timestamp() * 1000) - typed_at  # a division fails for 400 digits
    if age < -WRONG_CLOCK.total_seconds() * 1000:
        reason = gettext("The clock of this tablet was wrong when it was stored.")
        return _refuse("wrong_clock", reason, who=_describe_person(typed))
    if age > REQUEST_LIFETIME.total_seconds() * 1000:
        reason = gettext("It was stored for more than 72 hours. Ask the person to sign up again.")
        return _refuse("too_old", reason, who=_describe_person(typed))
    return StoredSignup(typed, datetime.fromtimestamp(typed_at / 1000, UTC))


def _refuse(code: str, message: str, who: str = "") -> Refusal:
    return answer_program(HTTPStatus.GONE, code=code, message=message, who=who)
