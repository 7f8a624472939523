"""Answers 503 while the database's schema isn't the one that this program was written for.

It is looked at until it is right, and then never again in this process: migrations suit the
program that still runs.
"""

from flask import Flask, Response, current_app, g, make_response, request, session
from flask_babel import lazy_gettext as _

from supporters.logs import log_failure
from supporters.migrations.state import DatabaseTrouble, SchemaUnfit, check_database
from supporters.web.error_pages import RETRY_AFTER_SECONDS, Explanation
from supporters.web.page_language import SESSION_KEY, browser_language

UNTOUCHED = {"health", "static"}  # what monitors read, and the style of the page
UNFIT = Explanation(
    _("Maintenance in progress"),
    _(
        "This site can’t store anything before the end of the maintenance. Your text was not "
        "stored."
    ),
    [_("Keep this page open and send it again in a few minutes.")],
)


class SchemaGuard:
    """Knows whether the schema was found to be right."""

    def __init__(self) -> None:
        self._is_right = False
        self._said = ""

    def look(self) -> Response | None:
        """Return the answer to a request that can't be served, or None."""
        if self._is_right or {request.blueprint, request.endpoint} & UNTOUCHED:
            return None
        try:
            check_database()
        except SchemaUnfit as trouble:
            self._say(trouble)
            return _explain()
        except DatabaseTrouble:
            return None  # out of reach: pages that need it say so, the others work
        self._is_right = True
        return None

    def _say(self, trouble: SchemaUnfit) -> None:
        """Log what is wrong, once and not for each request."""
        if str(trouble) != self._said:
            self._said = str(trouble)
            log_failure("web.schema_unfit", trouble, why=self._said)


def _explain() -> Response:
    """Return a page that needs no account: the templates of the others would look for one."""
    g.lang_code = g.get("lang_code") or session.get(SESSION_KEY) or browser_language()
    page = current_app.jinja_env.get_template("errors/plain.html").render(
        language=g.lang_code,
        title=UNFIT.title,
        message=UNFIT.message,
        what_to_do=UNFIT.what_to_do,
    )
    return make_response((page, 503, {"Retry-After": RETRY_AFTER_SECONDS}))


def init_app(app: Flask) -> None:
    """Look before anything else is asked of the database, as who is signed in."""
    app.before_request_funcs.setdefault(None, []).insert(0, SchemaGuard().look)
