"""The steps before and after each request of the console: sign-in, expired forms, languages.

A page is closed to people who aren't signed in.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Response,
    abort,
    flash,
    g,
    has_request_context,
    jsonify,
    redirect,
    request,
    session,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from supporters import clock
from supporters.campaigns.document.stored_document import DocumentFault, DocumentFaultKind
from supporters.campaigns.pictures.stored_pictures import PictureFault
from supporters.languages import LANGUAGES, TEAM_LANGUAGES
from supporters.public_languages import public_languages
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.password_forms import IS_BUSY, TRY_AGAIN_AT
from supporters.sign_in.refused_requests import record_refusal
from supporters.sign_in.second_factors import has_second_factor, is_second_factor_missing
from supporters.sign_in.session_cookies import keep_confirmation, note_session_use
from supporters.sign_in.stored_forms import StoringReason
from supporters.web.console.campaigns.document_pages import refuse_faults
from supporters.web.console.console_blueprint import (
    ADDS_FACTOR,
    CHECKS_FACTOR,
    PUBLIC_ENDPOINTS,
    console,
    is_signed_in,
    may_open,
    own_path,
    wants_json,
)
from supporters.web.console.unsaved_forms import (
    WRITER,
    page_of_form,
    restore_stored_form,
    store_posted_form,
    writer_token,
)
from supporters.web.error_pages import explain_expired_form, explain_large_request
from supporters.web.labels import label
from supporters.web.labels.organiser_labels import WHY_STORED
from supporters.web.page_language import SESSION_KEY
from supporters.web.request_actor import act_as_account

SIGNS_OF_LIFE = {"console.presence"}  # a page that polls is no use of the session
PASSWORD_ENDPOINTS = {
    *("security.login", "security.verify", "console.forgotten_password"),
    *("console.new_password", "console.welcome", "console.change_password"),
    *("console.passkey_sign_in", "console.second_factor"),
}
BUSY_FOR = "5"  # seconds
LONGEST_TYPED = 4_000  # the password hash raises beyond 4,096
SIGN_IN = "security"
ACT_OF_STATUS = {403: SignInAct.ACCESS_FORBIDDEN, 429: SignInAct.ACCESS_LIMITED}


@console.record_once
def offer_writer_token(state: BlueprintSetupState) -> None:
    """Give the form macro the token that names the writer."""
    state.app.jinja_env.globals["writer_token"] = writer_token


@console.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Send people without a session to the sign-in page; refuse accounts without the right role.

    A new page is closed to everybody until it names its roles.
    """
    if request.endpoint in PUBLIC_ENDPOINTS:
        return None
    if is_signed_in():
        if is_second_factor_missing() and request.endpoint not in _open_without_factor():
            return refuse_script() if wants_json() else redirect(url_for("console.factors"), 303)
        if not may_open(request.endpoint or ""):
            abort(403)
        act_as_account()
        if request.endpoint not in SIGNS_OF_LIFE:
            note_session_use()
        restore_stored_form()
        return None
    session.clear()
    if wants_json():
        return refuse_script()
    if request.method == "GET":
        return _to_sign_in(request.full_path.rstrip("?"))
    page = page_of_form()
    return _redirect_to_sign_in(store_posted_form(StoringReason.SESSION_OVER, page), page)


def _open_without_factor() -> set[str]:
    """Return the pages for a session with a password alone.

    An account that has a factor must prove it first, or a stolen password could add another one.
    """
    has_factor = has_second_factor(current_user.id)
    return CHECKS_FACTOR if has_factor else CHECKS_FACTOR | ADDS_FACTOR


@console.errorhandler(CSRFError)
def restore_expired_form(_error: CSRFError) -> ResponseReturnValue:
    """Show an expired form again, with its text and a new token."""
    g.is_form_refused = True
    if wants_json():
        return explain_expired_token() if is_signed_in() else refuse_script()
    page = page_of_form()
    why = StoringReason.FORM_EXPIRED if is_signed_in() else StoringReason.SESSION_OVER
    page_with_text = store_posted_form(why, page)
    if is_signed_in():
        return redirect(page_with_text, 303) if page_with_text else explain_expired_form()
    if request.endpoint in PUBLIC_ENDPOINTS or not request.form.get(WRITER):
        return explain_expired_form()
    return _redirect_to_sign_in(page_with_text, page)


def refuse_script() -> ResponseReturnValue:
    """Say to a script that its reader must sign in. It keeps what was typed."""
    words = gettext(
        "Your session has ended. Sign in again: your text stays on this page until then."
    )
    page = url_for("security.login")
    answer = {"error": "signed_out", "words": words, "sign_in": page}
    return jsonify(answer), HTTPStatus.UNAUTHORIZED


def explain_expired_token() -> ResponseReturnValue:
    """Give a script of a signed-in account a new token. Other sites can't read the answer."""
    words = gettext("The page was open for a long time. Save again.")
    answer = {"error": "token", "words": words, "csrf_token": generate_csrf()}
    return jsonify(answer), HTTPStatus.BAD_REQUEST


@console.before_app_request
def act_on_sign_in_pages() -> None:
    """Make a signed-in account the actor also on the pages of the sign-in library."""
    if request.blueprint == "security" and is_signed_in():
        act_as_account()


@console.before_app_request
def refuse_long_passwords() -> None:
    """Refuse a text that the password hash would not take."""
    if request.method != "POST" or request.endpoint not in PASSWORD_ENDPOINTS:
        return
    if any(len(text) > LONGEST_TYPED for text in request.form.values()):
        abort(413)


@console.before_app_request
def refuse_unreadable_next_page() -> None:
    """Answer 400 to a sign-in with a made-up next page, such as `http://[`."""
    if request.blueprint != SIGN_IN:
        return
    try:
        for page in request.values.getlist("next"):  # of the address, and of the form
            urlsplit(page)
    except ValueError:
        abort(400)


@console.after_app_request
def answer_for_passwords(response: Response) -> Response:
    """Set the status for a guess that came too early, or for too many sign-ins at once."""
    keep_confirmation()
    if until := g.get(TRY_AGAIN_AT):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(max(1, int((until - clock.now()).total_seconds())))
    elif g.get(IS_BUSY):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = BUSY_FOR
    return response


@console.after_app_request
def record_refused_request(response: Response) -> Response:
    """Record a refused request of the console. A public page has nobody to hold to account."""
    act = SignInAct.ACCESS_FORM_REFUSED if g.get("is_form_refused") else None
    act = act or ACT_OF_STATUS.get(response.status_code)
    if act is not None and request.path.startswith(f"{console.url_prefix}/"):
        if is_signed_in():
            act_as_account()
        record_refusal(act, {"page": request.endpoint})
    return response


@console.app_context_processor
def offer_languages() -> dict[str, object]:
    """Give pages without a language in their URL the values of the language switch."""
    return {
        "all_languages": [*LANGUAGES.items()],
        "team_languages": [*TEAM_LANGUAGES.items()],
        "offered_languages": [*public_languages().items()],
        "here": _here() if has_request_context() else "",
        "may_open": may_open,
        "stored_notice": WHY_STORED.get(g.get("why_stored")),
        "stored_is_gone": g.get("stored_is_gone", False),
    }


def _here() -> str:
    """Return the URL that opens this page again."""
    page = request.full_path if request.method == "GET" else page_of_form()
    return (page or url_for("console.dashboard")).rstrip("?")


@console.post(f"/language/<any({', '.join(TEAM_LANGUAGES)}):code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Change the language of the console for this session, and show the same page again.

    If the button belongs to a form, its text is stored.
    """
    session[SESSION_KEY] = code
    page = own_path(request.args.get("back") or request.form.get("back", ""))
    return redirect(store_posted_form(StoringReason.LANGUAGE_CHANGED, page) or page, 303)


def _redirect_to_sign_in(page_with_text: str | None, page: str | None) -> ResponseReturnValue:
    """Redirect to the sign-in page after the end of a session, and explain where the text is."""
    if page_with_text:
        words = gettext(
            "Your session had ended. Sign in: we keep your text for an hour, and put it "
            "back into its form."
        )
    else:
        words = gettext("Your session had ended, and nothing was changed. Sign in and try again.")
    flash(words, "warning")
    return _to_sign_in(page_with_text or page or url_for("console.dashboard"))


def _to_sign_in(page: str) -> ResponseReturnValue:
    code = 302 if request.method == "GET" else 303
    return redirect(url_for("security.login", next=page), code)


@console.errorhandler(RequestEntityTooLarge)
def refuse_large_request(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Give the editor the sentence that a smaller text or picture gets when it is too large."""
    if not wants_json():
        return explain_large_request()
    if request.endpoint == "console.upload_picture":
        answer = {"error": label(PictureFault.TOO_HEAVY)}
        return jsonify(answer), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return refuse_faults([DocumentFault(DocumentFaultKind.TOO_LARGE)])
