"""Asks for the password again before a page that gives out or erases personal data."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from supporters.organisers.sign_in import has_recent_password

P = ParamSpec("P")
LONGEST_REASON = 500  # the session cookie keeps it, and holds 4 KB
UNSENT = "unsent"


def recent_password_required(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Ask for the password if it was typed more than ten minutes ago."""

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        if has_recent_password():
            return view(*arguments, **options)
        reason = request.form.get("reason", "")[:LONGEST_REASON]
        session[UNSENT] = [current_user.id, request.path, reason]
        return redirect(url_for("security.verify", next=request.path), 303)

    return guarded


def pop_unsent_reason() -> str | None:
    """Return the reason that was typed on this page before the password, and delete it.

    Only the account that typed it gets it: another one may have signed in with the same browser.
    """
    match session.pop(UNSENT, None):
        case [account, path, str(reason)] if (account, path) == (current_user.id, request.path):
            return reason or None
        case _:
            return None
