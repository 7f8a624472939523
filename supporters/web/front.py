"""The WSGI layer in front of the application. It sets the root, scheme and host from the settings.

The headers of a visitor can't change the root or the scheme of the site. Load balancers may
request the probes under any host: these pages have one word, the same for everybody.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from supporters.config import Settings
from supporters.logs import log_fault
from supporters.web.headers import fixed_headers

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Write = Callable[[bytes], object]
PROBES = frozenset({"/livez", "/readyz"})
REPLACED = "\N{REPLACEMENT CHARACTER}".encode().decode("latin-1")  # as WSGI writes paths
SORRY = (
    "Une erreur est survenue de notre côté. Réessayez dans quelques minutes.\n"
    "Something went wrong on our side. Try again in a few minutes.\n"
).encode()
SORRY_HEADERS = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(SORRY))),
    ("Cache-Control", "no-store"),
)


class Front:
    """Calls the application with the configured root and scheme."""

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        self._application = application
        self._host = settings.host
        self._headers = fixed_headers(settings)
        self._scheme = "https" if settings.is_https else "http"

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request, in plain text if even the error page fails."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        environ["PATH_INFO"] = path.replace("\0", REPLACED)  # PostgreSQL knows no text with it
        environ["SCRIPT_NAME"] = ""
        environ["wsgi.url_scheme"] = self._scheme
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = self._host

        begun: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, _error: "OptExcInfo | None" = None) -> Write:
            begun.append((status, headers))
            return _write_nothing

        try:
            body = self._application(environ, begin)
        except Exception as error:  # otherwise the server logs the path
            log_fault("web.no_answer", error)
            begun, body = [("500 Internal Server Error", [*SORRY_HEADERS])], [SORRY]
        # Only now: a server can't take back the headers of a request that fails at its end.
        status, headers = begun[-1]
        start_response(status, [*headers, *self._headers])
        return body


def _write_nothing(_data: bytes) -> None:
    raise NotImplementedError("A page returns its body.")
