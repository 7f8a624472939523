"""The error pages of the console: with its menu, for people who are signed in."""

from flask import render_template, request

from supporters.database import DatabaseUnavailable, PoolExhausted
from supporters.web.console.console_blueprint import console, is_signed_in
from supporters.web.error_pages import TEAM_EXPLANATIONS


def render_error_for_team(code: int) -> str | None:
    """Return the page of an error within the console; None for other visitors and faults of ours.

    A fault of ours gets the page that needs neither the account nor the database.
    """
    explanation = TEAM_EXPLANATIONS.get(code)
    if explanation is None or not f"{request.path}/".startswith(f"{console.url_prefix}/"):
        return None
    try:
        if not is_signed_in():
            return None
        return render_template("console/error.html", code=code, explanation=explanation)
    except (DatabaseUnavailable, PoolExhausted):
        return None
