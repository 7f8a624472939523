"""Serves the metrics from a thread of one process, on an address that no visitor reaches.

It also answers `/livez` and `/healthz`, for a machine without pages. A database that is slow or
gone takes its figures away, and nothing else.
"""

import fcntl
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from flask import Flask
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from supporters import clock
from supporters.logs import log_fault
from supporters.metering.metrics import FOLDER_VARIABLE
from supporters.monitoring.health_problems import list_problems
from supporters.monitoring.installation_figures import read_figures
from supporters.monitoring.machine_figures import read_machine

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DATABASE_WITHIN_SECONDS = 4.0  # Prometheus waits for ten
AGAIN_AFTER_SECONDS = 30.0
IS_UP = "1 while this machine reads the database within four seconds."


def serve(app: Flask, *, host: str, port: int) -> None:
    """Serve the metrics from a thread of this process. Raises OSError if the port is taken."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=os.environ[FOLDER_VARIABLE])  # type: ignore[no-untyped-call]
    registry.register(FigureCollector(app))
    pages = PrivatePages(app, registry)
    kind = _ServerOfIpv6 if ":" in host else ThreadingWSGIServer
    server = make_server(host, port, pages, kind, _SilentHandler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class ServingTurn(threading.Thread):
    """Waits until no other process of this machine shows the metrics, then shows them here.

    The kernel gives the lock to the next process when one ends, however it ends.
    """

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        super().__init__(name="metrics-turn", daemon=True)
        self._app, self._host, self._port = app, host, port
        self._ended = threading.Event()

    def run(self) -> None:
        """Serve once it is the turn of this process; if the port is taken, try again."""
        lock = Path(os.environ[FOLDER_VARIABLE], "turn").open("w")  # noqa: SIM115 - until the end
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            try:
                serve(self._app, host=self._host, port=self._port)
            except OSError as error:
                log_fault("metrics.not_served", error, host=self._host, port=self._port)
                self._ended.wait(AGAIN_AFTER_SECONDS)
            else:
                break
        self._ended.wait()  # holds the lock


class PrivatePages:
    """The pages of the listener: `/metrics`, `/livez`, `/healthz`."""

    def __init__(self, app: Flask, registry: CollectorRegistry) -> None:
        self._app, self._metrics = app, make_wsgi_app(registry)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        match environ["PATH_INFO"]:
            case "/metrics":
                return self._metrics(environ, start_response)  # type: ignore[no-any-return]
            case "/livez":
                return _say("ok", start_response)
            case "/healthz":
                with self._app.app_context():
                    words = " ".join(list_problems(clock.now()))
                return _say(words or "ok", start_response)
        return _say("not found", start_response, status="404 Not Found")


def _say(words: str, start_response: "StartResponse", *, status: str = "") -> list[bytes]:
    usual = "200 OK" if words == "ok" else "503 Service Unavailable"
    start_response(status or usual, [("Content-Type", "text/plain")])
    return [f"{words}\n".encode()]


class FigureCollector:
    """Reads the figures of the database at each scrape; without it, only those of the machine."""

    def __init__(self, app: Flask, *, within: float = DATABASE_WITHIN_SECONDS) -> None:
        self._app, self._within = app, within
        self._reader: threading.Thread | None = None
        self._lock = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Yield the figures. A read that hangs is waited for by one scrape only."""
        with self._app.app_context():
            yield from read_machine()
        figures = self._read()
        yield GaugeMetricFamily("supporters_database_up", IS_UP, value=float(bool(figures)))
        yield from figures

    def _read(self) -> list[Metric]:
        with self._lock:
            if self._reader is not None and self._reader.is_alive():
                return []
            figures: list[Metric] = []
            self._reader = threading.Thread(
                target=self._read_into, args=(figures,), name="figures", daemon=True
            )
            self._reader.start()
            self._reader.join(self._within)
            return [*figures]

    def _read_into(self, figures: list[Metric]) -> None:
        try:
            with self._app.app_context():
                found = [*read_figures()]
            figures += found  # all of them, or none
        except SQLAlchemyError as error:
            log_fault("metrics.database_unavailable", error)


class _ServerOfIpv6(ThreadingWSGIServer):
    address_family = socket.AF_INET6


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Log no request."""
