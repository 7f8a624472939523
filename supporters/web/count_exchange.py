"""Stores and exchanges what a process counts, after an answer is sent (ADR 071, ADR 102)."""

from flask import Flask, Response

from supporters import clock
from supporters.archive.visit_counts import current_visits, store_visits
from supporters.limits.count_store import current_counts


def init_app(app: Flask) -> None:
    """Exchange the counts of requests once a second, and store visits once a minute.

    Both happen behind the answer to some request: nobody waits for it.
    """

    def exchange() -> None:
        with app.app_context():
            current_counts().exchange(clock.now())

    def store() -> None:
        with app.app_context():
            store_visits()

    @app.after_request
    def plan_exchange(response: Response) -> Response:
        if current_counts().is_due(clock.now()):
            response.call_on_close(exchange)
        if current_visits().is_due():
            response.call_on_close(store)
        return response
