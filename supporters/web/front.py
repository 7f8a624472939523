"""The WSGI layer in front of the application. It sets the root, scheme and host from the settings.

The headers of a visitor can't change the root or the scheme of the site. Load balancers and
monitors may request the probes under any host: these pages have words, the same for everybody.

Links in sent emails name the host of their time. So a former host of the site answers as the site,
without a redirect, which the one-click request of RFC 8058 would not follow. Only the console leads
to the host of today, because passkeys belong to it.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from supporters.config import Settings
from supporters.logs import REQUEST_ID, log_fault
from supporters.web.headers import fixed_headers
from supporters.web.request_meter import UNKNOWN, RequestMeter

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Write = Callable[[bytes], object]
CONSOLE = "/console"
MOVED = HTTPStatus.PERMANENT_REDIRECT
PROBES = frozenset({"/livez", "/readyz", "/healthz"})
REQUEST_ID_OF_PROXY = re.compile(r"[A-Za-z0-9._-]{8,64}")
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
    """Calls the application with the configured root and scheme, and counts its answers."""

    def __init__(
        self,
        application: "WSGIApplication",
        settings: Settings,
        views: Mapping[str, Callable[..., Any]],
    ) -> None:
        self._application = application
        self._meter = RequestMeter(views)
        self._host = settings.host
        self._base_url = settings.base_url
        self._former_hosts = frozenset(settings.former_hosts)
        self._headers = fixed_headers(settings)
        self._has_proxy = settings.proxies > 0
        self._scheme = "https" if settings.is_https else "http"

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request, in plain text if even the error page fails."""
        began = time.perf_counter()
        REQUEST_ID.set(request_id := self._name_request(environ))
        self._set_surroundings(environ)
        if self._is_of_a_former_host(environ):
            if f"{environ['PATH_INFO']}/".startswith(f"{CONSOLE}/"):
                return self._lead_to_today(environ, start_response)
            self._answer_as_today(environ)

        group, begun = UNKNOWN, list[tuple[str, Headers]]()

        def begin(status: str, headers: Headers, _error: "OptExcInfo | None" = None) -> Write:
            nonlocal group
            group = self._meter.find_group(environ)
            begun.append((status, headers))
            return _write_nothing

        try:
            body = self._application(environ, begin)
        except Exception as error:  # otherwise the server logs the path
            log_fault("web.no_answer", error)
            begun, body = [("500 Internal Server Error", [*SORRY_HEADERS])], [SORRY]
        # Only now: a server can't take back the headers of a request that fails at its end.
        status, headers = begun[-1]
        self._meter.count(group, status, began=began)
        if status >= "4":  # a visitor or a program may report it; the others needn't carry it
            headers.append(("X-Request-ID", request_id))
        start_response(status, [*headers, *self._headers])
        return body

    def _set_surroundings(self, environ: "WSGIEnvironment") -> None:
        """Set what the headers of a visitor can't change."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        environ["PATH_INFO"] = path.replace("\0", REPLACED)  # PostgreSQL knows no text with it
        environ["SCRIPT_NAME"] = ""
        environ["wsgi.url_scheme"] = self._scheme
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = self._host

    def _is_of_a_former_host(self, environ: "WSGIEnvironment") -> bool:
        return environ.get("HTTP_HOST") in self._former_hosts

    def _answer_as_today(self, environ: "WSGIEnvironment") -> None:
        """Let a request to a former host be one to the host of today."""
        if environ.get("HTTP_ORIGIN", "").lower() == f"{self._scheme}://{environ['HTTP_HOST']}":
            environ["HTTP_ORIGIN"] = self._base_url  # a script of this page sent it
        environ["HTTP_HOST"] = self._host

    def _lead_to_today(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Redirect to the same page at the host that the site has now."""
        path = quote(environ["PATH_INFO"].encode("latin-1"))
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        headers = [("Location", f"{self._base_url}{path}{query}"), ("Content-Length", "0")]
        start_response(f"{MOVED.value} {MOVED.phrase}", [*headers, *self._headers])
        return []

    def _name_request(self, environ: "WSGIEnvironment") -> str:
        """Return the id that the log has for a request: a proxy's of ours, or a new one."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._has_proxy else ""
        return given if REQUEST_ID_OF_PROXY.fullmatch(given) else secrets.token_hex(8)


def _write_nothing(_data: bytes) -> None:
    raise NotImplementedError("A page returns its body.")
