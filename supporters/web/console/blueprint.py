"""The blueprint of the console, closed to everybody who isn't signed in."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from limits import RateLimitItemPerMinute

from supporters import clock
from supporters.extensions import limiter
from supporters.languages import LANGUAGES
from supporters.organisers.models import RoleName
from supporters.organisers.sessions import is_session_too_old
from supporters.web.languages import SESSION_KEY

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

console = Blueprint("console", __name__, url_prefix="/console")

OPEN_TO_ALL = {"console.welcome", "console.choose_language"}
DOORS = {
    "security.login",
    "security.verify",
    "security.forgot_password",
    "security.reset_password",
    "console.welcome",
}
TRIES = RateLimitItemPerMinute(10)

_open_to: dict[object, frozenset[RoleName]] = {}

CAMPAIGN = f"<int(max={2**31 - 1}):campaign_id>"
CASE = f"<int(max={2**63 - 1}):case_id>"
LIST = f"<int(max={2**31 - 1}):list_id>"
PAGE = f"<int(max={2**31 - 1}):page_id>"
PURPOSE = f"<int(max={2**31 - 1}):purpose_id>"
ORGANISER = f"<int(max={2**63 - 1}):organiser_id>"
PERSON = f"<int(max={2**63 - 1}):subscriber_id>"


@console.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Lead to the sign-in page whoever isn't signed in; refuse whom the page isn't open to.

    So a new page is closed to everybody until it says whom it is for.
    """
    if request.endpoint in OPEN_TO_ALL:
        return None
    if current_user.is_authenticated:
        if not is_session_too_old(clock.now()):
            return None if may_open(request.endpoint or "") else abort(403)
        session.clear()
    target = request.full_path if request.method == "GET" else url_for("console.dashboard")
    return redirect(url_for("security.login", next=target.rstrip("?")))


@console.before_app_request
def slow_down_guessing() -> None:
    """Take only so many tries a minute from one address where passwords are typed."""
    if request.method != "POST" or request.endpoint not in DOORS:
        return
    if not limiter.limiter.hit(TRIES, "door", request.remote_addr or ""):
        abort(429)


@console.app_context_processor
def offer_languages() -> dict[str, object]:
    """Give pages whose address says nothing of the language what a switch needs."""
    return {
        "all_languages": [*LANGUAGES.items()],
        "here": request.full_path if has_request_context() else "",
        "may_open": may_open,
    }


def only_for(*roles: RoleName) -> Callable[[V], V]:
    """Open a page to accounts with one of the roles; it is closed to all others, and without it."""

    def open_it(view: V) -> V:
        _open_to[view] = frozenset(roles)
        return view

    return open_it


owners_only = only_for(RoleName.OWNER)
writers_only = only_for(RoleName.OWNER, RoleName.ORGANISER)
guardians_only = only_for(RoleName.OWNER, RoleName.DPO)
officer_only = only_for(RoleName.DPO)
for_everybody_here = only_for(RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)


def roles_of(endpoint: str) -> frozenset[RoleName]:
    """Return the roles that a page is open to: none, unless it says so."""
    return _open_to.get(current_app.view_functions.get(endpoint), frozenset())


def may_open(endpoint: str) -> bool:
    """Tell whether the account of this request may open a page of the console."""
    return any(current_user.has_role(role.value) for role in roles_of(endpoint))


@console.post("/language/<any(fr, en):code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Show the console in another language for this session, and the same page again."""
    session[SESSION_KEY] = code
    return redirect(_own_path(request.form.get("back", "")), 303)


def _own_path(target: str) -> str:
    """Return a path of the console, or the dashboard for anything else."""
    parts = urlsplit(target)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/console/")
    return target if is_ours and "\\" not in target else url_for("console.dashboard")
