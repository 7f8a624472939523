"""Answers 503 while the schema of the database doesn't fit this program.

The schema is checked until it fits, and then never again in this process: later migrations suit
the program that still runs.
"""

from flask import Flask, Response, current_app, g, make_response, request, session
from flask_babel import lazy_gettext as _

from supporters.logs import log_failure
from supporters.migrations.state import DatabaseProblem, SchemaUnfit, check_database
from supporters.web.error_pages import RETRY_AFTER_SECONDS, ErrorExplanation
from supporters.web.page_language import SESSION_KEY, browser_language
from supporters.web.program_answers import answer_program, is_for_program

UNTOUCHED = {"health", "static"}  # health pages, and the style of the error page
UNFIT = ErrorExplanation(
    _("Maintenance in progress"),
    _(
        "This site can’t store anything before the end of the maintenance. Your text was not "
        "stored."
    ),
    [_("Keep this page open and send it again in a few minutes.")],
)


class SchemaGuard:
    """Remembers whether the schema fits."""

    def __init__(self) -> None:
        self._is_right = False
        self._said = ""

    def look(self) -> Response | None:
        """Return an error page if the schema doesn't fit, or None."""
        if self._is_right or {request.blueprint, request.endpoint} & UNTOUCHED:
            return None
        try:
            check_database()
        except SchemaUnfit as problem:
            self._say(problem)
            return _explain()
        except DatabaseProblem:
            return None  # unreachable: pages that need the database say so, the others work
        self._is_right = True
        return None

    def _say(self, problem: SchemaUnfit) -> None:
        """Log the problem once, not for each request."""
        if str(problem) != self._said:
            self._said = str(problem)
            log_failure("web.schema_unfit", problem, why=self._said)


def _explain() -> Response:
    """Return a page without the account: the other templates would load it."""
    g.lang_code = g.get("lang_code") or session.get(SESSION_KEY) or browser_language()
    if is_for_program():
        answer = answer_program(503, message=str(UNFIT.message))
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return answer
    page = current_app.jinja_env.get_template("errors/plain.html").render(
        language=g.lang_code,
        title=UNFIT.title,
        message=UNFIT.message,
        what_to_do=UNFIT.what_to_do,
    )
    return make_response((page, 503, {"Retry-After": RETRY_AFTER_SECONDS}))


def init_app(app: Flask) -> None:
    """Check the schema before the first query of a request, such as the account."""
    app.before_request_funcs.setdefault(None, []).insert(0, SchemaGuard().look)
