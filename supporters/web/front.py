"""What stands before the application, whatever server runs it: where we are is ours to say.

A visitor's headers choose neither the root of the site nor its scheme. Load balancers may ask for
the probes under any host: those pages say one word, which is the same for everybody.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from supporters.config import Settings
from supporters.logs import log_failure

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBES = frozenset({"/livez", "/readyz"})
SORRY = (
    "Une erreur est survenue de notre côté. Réessayez dans quelques minutes.\n"
    "Something went wrong on our side. Try again in a few minutes.\n"
).encode()


class Front:
    """Calls the application with an environment that says where this site is."""

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        self._application = application
        self._host = settings.host
        self._scheme = "https" if settings.is_https else "http"

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request; when even the page of errors fails, in plain words."""
        environ["PATH_INFO"] = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = ""
        environ["wsgi.url_scheme"] = self._scheme
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = self._host
        try:
            return self._application(environ, start_response)
        except Exception as error:  # the server would write the path into its log
            log_failure("web.no_answer", error)
            headers = [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(SORRY))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ]
            start_response("500 Internal Server Error", headers)
            return [SORRY]
