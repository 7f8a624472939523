"""The blueprint of the console, closed to everybody who isn't signed in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from supporters.languages import LANGUAGES
from supporters.organisers.models import RoleName
from supporters.web.languages import SESSION_KEY

P = ParamSpec("P")
R = TypeVar("R")

console = Blueprint("console", __name__, url_prefix="/console")

OPEN_TO_ALL = {"console.welcome"}


@console.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Lead to the sign-in page whoever isn't signed in; every new page is closed by this."""
    if request.endpoint in OPEN_TO_ALL or current_user.is_authenticated:
        return None
    target = request.full_path if request.method == "GET" else url_for("console.dashboard")
    return redirect(url_for("security.login", next=target.rstrip("?")))


def owners_only(view: Callable[P, R]) -> Callable[P, R]:
    """Keep a page for owners; others get 403."""

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> R:
        if not current_user.has_role(RoleName.OWNER.value):
            abort(403)
        return view(*arguments, **options)

    return guarded


@console.post("/language/<any(fr, en):code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Show the console in another language for this session."""
    session[SESSION_KEY] = code if code in LANGUAGES else None
    return redirect(url_for("console.dashboard"), 303)
