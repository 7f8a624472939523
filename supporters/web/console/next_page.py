"""Refuses an address of the next page that nobody can read, before Flask-Security reads it."""

from urllib.parse import urlsplit

from flask import abort, request

from supporters.web.console.console_blueprint import console

SIGN_IN = "security"


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
