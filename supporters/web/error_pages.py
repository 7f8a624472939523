"""The error pages: what happened and what to do, in the visitor's language."""

from collections.abc import Callable
from typing import NamedTuple, cast

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from supporters.database import DatabaseUnavailable, PoolExhausted
from supporters.logs import log_fault
from supporters.sign_in.session_cookies import leave_account_unread

RETRY_AFTER_SECONDS = "30"
TEAM_PAGE = "supporters.team_page"
WAITING_PAGE = "supporters.waiting_page"
TeamPage = Callable[[int], str | None]
WaitingPage = Callable[[int], Response | None]
_ = lazy_gettext


class ErrorExplanation(NamedTuple):
    """The words of an error page."""

    title: LazyString
    message: LazyString
    what_to_do: list[LazyString]


_GO_BACK = _("Go back, reload the page and try again.")
_START = _("Start again from the home page.")
EXPLANATIONS = {
    400: ErrorExplanation(
        _("We couldn’t read this request"),
        _("The request was not as expected, so nothing was changed."),
        [_GO_BACK, _START],
    ),
    403: ErrorExplanation(
        _("You may not open this page"),
        _("Your account doesn’t have the right to open it."),
        [_("Ask an owner for the right role.")],
    ),
    404: ErrorExplanation(
        _("This page doesn’t exist"),
        _("The address may be incomplete, or the page was removed."),
        [
            _("Check that you copied the whole link from the email."),
            _("You find the lists that you can join on the home page."),
        ],
    ),
    405: ErrorExplanation(
        _("This page can’t be used this way"),
        _("The page doesn’t support this kind of request."),
        [_START],
    ),
    413: ErrorExplanation(
        _("The request is too large"),
        _("The request is larger than we accept, so nothing was stored."),
        [_("Go back and shorten it.")],
    ),
    429: ErrorExplanation(
        _("Too many attempts in a short time"),
        _("To protect mailboxes from abuse, we limit the number of requests per minute."),
        [_("Wait a minute, then send the form again.")],
    ),
    500: ErrorExplanation(
        _("Something went wrong on our side"),
        _("We recorded the error. Your text was not stored."),
        [_("Try again in a few minutes."), _("If it happens again, write to us.")],
    ),
    503: ErrorExplanation(
        _("We can’t store anything right now"),
        _("Our database doesn’t answer. Your text was not stored."),
        [_("Keep this page open and send it again in a minute.")],
    ),
}
TEAM_EXPLANATIONS = {
    **{code: EXPLANATIONS[code]._replace(what_to_do=[_GO_BACK]) for code in (400, 405)},
    **{code: EXPLANATIONS[code] for code in (403, 413, 429)},
    404: ErrorExplanation(
        _("This page doesn’t exist"),
        _("It may have been deleted, or your account may not see it."),
        [_("Look for it in the menu."), _("Ask an owner if you should see it.")],
    ),
}
_OTHER_SITE = ErrorExplanation(
    _("This form can’t be sent from another site"),
    _("The site that you came from may not send it, so nothing was stored."),
    [_("Open our own page by the button below, and fill in the form there.")],
)
_CSRF = ErrorExplanation(
    _("This form had expired"),
    _("We couldn’t check that you sent it, so nothing was changed."),
    [_("Allow cookies for this site."), _GO_BACK],
)


def _page(code: int, explanation: ErrorExplanation) -> Response:
    try:
        return _make_page(code, explanation)
    except (DatabaseUnavailable, PoolExhausted):  # no account, and so a page for nobody
        leave_account_unread()
        return _make_page(code, explanation)


def _make_page(code: int, explanation: ErrorExplanation) -> Response:
    render_waiting: WaitingPage = current_app.extensions[WAITING_PAGE]
    if (waiting := render_waiting(code)) is not None:
        return waiting
    render_for_team: TeamPage = current_app.extensions[TEAM_PAGE]
    response = make_response(render_for_team(code) or _render_plainly(code, explanation), code)
    if code in {429, 503}:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _explain_other_site() -> Response:
    """Return the page for a form of a site that the party doesn't name, with the way to ours."""
    if (waiting := current_app.extensions[WAITING_PAGE](403)) is not None:
        return cast(Response, waiting)
    slug = (request.view_args or {}).get("slug")
    url = url_for("public.join", slug=slug) if slug else url_for("public.home")
    return make_response(
        _render_plainly(403, _OTHER_SITE, url=url, button=gettext("To our own page")), 403
    )


def _render_plainly(
    code: int, explanation: ErrorExplanation, *, url: str = "", button: str = ""
) -> str:
    """Return the page that needs no account and no database."""
    home_url = "/console/" if request.path.startswith("/console") else "/"
    return render_template(
        "errors/page.html",
        code=code,
        title=explanation.title,
        message=explanation.message,
        what_to_do=explanation.what_to_do,
        home_url=home_url,
        way_on=url or home_url,
        button=button or gettext("Go to the home page"),
    )


def explain_expired_form() -> Response:
    """Return the page for an expired form whose text can't be stored."""
    return _page(400, _CSRF)


def explain_large_request() -> Response:
    """Return the page for a request that is too large."""
    return _page(413, EXPLANATIONS[413])


def init_app(app: Flask, base_url: str, *, team_page: TeamPage, waiting_page: WaitingPage) -> None:
    """Answer each error with an error page. A wrong Host gets only the address of the site.

    `team_page` renders the page of an error within the console, for people who are signed in.
    `waiting_page` renders the one of a signup that the browser sends again.
    """
    app.extensions[TEAM_PAGE] = team_page
    app.extensions[WAITING_PAGE] = waiting_page

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:
            return make_response(error.get_response())
        if error.code == 403 and g.get("is_of_other_site") and request.blueprint == "public":
            return _explain_other_site()
        known = EXPLANATIONS.get(error.code)
        response = _page(error.code, known or EXPLANATIONS[400])
        for name, value in error.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                response.headers[name] = value
        return response

    @app.errorhandler(SecurityError)
    def explain_host(error: SecurityError) -> Response:
        words = gettext("This site is at %(address)s. Please open it there.", address=base_url)
        return make_response((f"{words}\n", 400, {"Content-Type": "text/plain; charset=utf-8"}))

    @app.errorhandler(CSRFError)
    def explain_csrf(error: CSRFError) -> Response:
        g.is_form_refused = True
        return explain_expired_form()

    @app.errorhandler(DatabaseUnavailable)
    @app.errorhandler(PoolExhausted)
    def explain_database(error: Exception) -> Response:
        log_fault("web.database_unavailable", error, endpoint=request.endpoint)
        leave_account_unread()
        return _page(503, EXPLANATIONS[503])

    @app.errorhandler(Exception)
    def explain_fault(error: Exception) -> Response:
        log_fault("web.fault", error, endpoint=request.endpoint)
        return _page(500, EXPLANATIONS[500])
