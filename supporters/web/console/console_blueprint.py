"""The blueprint of the console, closed to people who aren't signed in."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from limits import RateLimitItemPerMinute

from supporters import clock
from supporters.extensions import current_limits
from supporters.languages import LANGUAGES
from supporters.organisers.kept_forms import KeptReason
from supporters.organisers.models import RoleName
from supporters.organisers.sign_in import is_session_too_old
from supporters.web.console.unsaved_forms import (
    WRITER,
    keep_posted_form,
    page_of_form,
    restore_kept_form,
    writer_token,
)
from supporters.web.error_pages import explain_expired_form
from supporters.web.labels.organiser_labels import WHY_KEPT
from supporters.web.page_language import SESSION_KEY
from supporters.web.request_actor import act_as_account

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])
console = Blueprint("console", __name__, url_prefix="/console")
PUBLIC_ENDPOINTS = {"console.welcome", "console.choose_language"}
PASSWORD_ENDPOINTS = {
    "security.login",
    "security.verify",
    "security.forgot_password",
    "security.reset_password",
    "console.welcome",
}
PASSWORD_ATTEMPTS = RateLimitItemPerMinute(10)
LONGEST_TYPED = 4_000  # the password hash raises beyond 4,096
_open_to: dict[object, frozenset[RoleName]] = {}
CAMPAIGN = f"<int(max={2**31 - 1}):campaign_id>"
CASE = f"<int(max={2**63 - 1}):case_id>"
LIST = f"<int(max={2**31 - 1}):list_id>"
PAGE = f"<int(max={2**31 - 1}):page_id>"
PURPOSE = f"<int(max={2**31 - 1}):purpose_id>"
ORGANISER = f"<int(max={2**63 - 1}):organiser_id>"
PERSON = f"<int(max={2**63 - 1}):subscriber_id>"


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
        if not may_open(request.endpoint or ""):
            abort(403)
        act_as_account()
        restore_kept_form()
        return None
    session.clear()
    if request.method == "GET":
        return _to_sign_in(request.full_path.rstrip("?"))
    page = page_of_form()
    return _redirect_to_sign_in(keep_posted_form(KeptReason.SESSION_OVER, page), page)


@console.errorhandler(CSRFError)
def restore_expired_form(_error: CSRFError) -> ResponseReturnValue:
    """Show an expired form again, with its text and a new token."""
    g.is_form_refused = True
    page = page_of_form()
    why = KeptReason.FORM_EXPIRED if is_signed_in() else KeptReason.SESSION_OVER
    kept_page = keep_posted_form(why, page)
    if is_signed_in():
        return redirect(kept_page, 303) if kept_page else explain_expired_form()
    if request.endpoint in PUBLIC_ENDPOINTS or not request.form.get(WRITER):
        return explain_expired_form()
    return _redirect_to_sign_in(kept_page, page)


def is_signed_in() -> bool:
    """Tell whether an account is signed in and the session is not too old."""
    return bool(current_user.is_authenticated) and not is_session_too_old(clock.now())


@console.before_app_request
def limit_password_attempts() -> None:
    """Limit the password attempts per minute from one IP address."""
    if request.method != "POST" or request.endpoint not in PASSWORD_ENDPOINTS:
        return
    if any(len(text) > LONGEST_TYPED for text in request.form.values()):
        abort(413)
    if not current_limits().hit(PASSWORD_ATTEMPTS, "door", request.remote_addr or ""):
        abort(429)


@console.app_context_processor
def offer_languages() -> dict[str, object]:
    """Give pages without a language in their URL the values of the language switch."""
    return {
        "all_languages": [*LANGUAGES.items()],
        "here": _here() if has_request_context() else "",
        "may_open": may_open,
        "kept_notice": WHY_KEPT.get(g.get("why_kept")),
        "kept_is_gone": g.get("kept_is_gone", False),
    }


def _here() -> str:
    """Return the URL that opens this page again."""
    page = request.full_path if request.method == "GET" else page_of_form()
    return (page or url_for("console.dashboard")).rstrip("?")


def roles_required(*roles: RoleName) -> Callable[[V], V]:
    """Open a page to accounts with one of the roles. A page without this is closed."""

    def open_it(view: V) -> V:
        _open_to[view] = frozenset(roles)
        return view

    return open_it


owners_only = roles_required(RoleName.OWNER)
writers_only = roles_required(RoleName.OWNER, RoleName.ORGANISER)
owners_and_dpo_only = roles_required(RoleName.OWNER, RoleName.DPO)
dpo_only = roles_required(RoleName.DPO)
team_only = roles_required(RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)


def roles_of(endpoint: str) -> frozenset[RoleName]:
    """Return the roles that may open a page. The default is none."""
    return _open_to.get(current_app.view_functions.get(endpoint), frozenset())


def may_open(endpoint: str) -> bool:
    """Tell whether the account of this request may open a page of the console."""
    return any(current_user.has_role(role.value) for role in roles_of(endpoint))


@console.post("/language/<any(fr, en):code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Change the language of the console for this session, and show the same page again.

    If the button belongs to a form, its text is kept.
    """
    session[SESSION_KEY] = code
    page = _own_path(request.args.get("back") or request.form.get("back", ""))
    return redirect(keep_posted_form(KeptReason.LANGUAGE_CHANGED, page) or page, 303)


def _redirect_to_sign_in(kept_page: str | None, page: str | None) -> ResponseReturnValue:
    """Redirect to the sign-in page after the end of a session, and explain where the text is."""
    if kept_page:
        words = gettext(
            "Your session had ended. Sign in: we keep your text for an hour, and put it "
            "back into its form."
        )
    else:
        words = gettext("Your session had ended, and nothing was changed. Sign in and try again.")
    flash(words, "warning")
    return _to_sign_in(kept_page or page or url_for("console.dashboard"))


def _to_sign_in(page: str) -> ResponseReturnValue:
    code = 302 if request.method == "GET" else 303
    return redirect(url_for("security.login", next=page), code)


def _own_path(target: str) -> str:
    """Return a path of the console, or the dashboard for anything else."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return url_for("console.dashboard")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/console/")
    is_plain = "\\" not in target and target.isprintable()
    return target if is_ours and is_plain else url_for("console.dashboard")
