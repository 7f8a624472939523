"""The worker of gunicorn: threads, and how long each request waited for one of them.

It also records that this machine has pages (`delivery.known_machines`). When more requests come
than the threads answer, they wait in the queue of the process. A page that knows this wait refuses
at once what it can't do in time.
"""

import time
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from supporters.config import load_settings
from supporters.delivery.known_machines.journal_machines import PagesThread
from supporters.logs import make_formatter
from supporters.queue_wait import QUEUE_WAIT


class ServerLogger(Logger):
    """Writes gunicorn's own lines as the program writes its lines."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up, with our formatter for all but the access log."""
        super().setup(cfg)
        formatter = make_formatter(is_development=load_settings().is_development)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)


class Worker(ThreadWorker):
    """Tells each request how long it waited. One thread is enough for it."""

    def run(self) -> None:
        """Serve requests until the process is asked to stop."""
        application: object = self.wsgi
        if isinstance(application, Flask) and "settings" in application.extensions:  # ours
            PagesThread(application).start()
            _show_metrics(application)
        super().run()

    def enqueue_req(self, conn: Any) -> None:
        """Queue a connection with a request for the next free thread."""
        conn.queued_at = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer the request of a connection, in one of the threads."""
        QUEUE_WAIT.set(time.monotonic() - conn.queued_at)
        return super().handle(conn)


def _show_metrics(app: Flask) -> None:
    """Show the metrics at the address of the settings, once it is the turn of this process."""
    place = app.extensions["settings"].monitoring.web_metrics
    if place is not None:
        from supporters.monitoring.metrics_server import ServingTurn  # noqa: PLC0415 - as metrics.py

        ServingTurn(app, host=place.host, port=place.port).start()
