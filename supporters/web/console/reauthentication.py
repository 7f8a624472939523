"""Asks for the password again before a page that changes accounts, or gives out personal data."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from supporters.sign_in.kept_forms import KeptReason
from supporters.sign_in.sign_in import has_recent_password
from supporters.web.console.unsaved_forms import keep_posted_form

P = ParamSpec("P")


def recent_password_required(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Ask for the password if it was typed more than ten minutes ago.

    The form comes back afterwards, and its writer sends it again. So the page must have a GET.
    """

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        if has_recent_password():
            return view(*arguments, **options)
        return redirect(url_for("security.verify", next=_page_after_password()), 303)

    return guarded


def recent_password_to_send(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Ask for the password before the form of a page is accepted, and not before it is read."""
    asked = recent_password_required(view)

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        if request.method == "POST":
            return asked(*arguments, **options)
        return view(*arguments, **options)

    return guarded


def _page_after_password() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return keep_posted_form(KeptReason.IDENTITY_ASKED, request.path) or request.path
