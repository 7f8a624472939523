"""Exchanges the counts of requests with the other processes, after an answer is sent (ADR 071)."""

from flask import Flask, Response

from supporters import clock
from supporters.limits.count_store import current_counts


def init_app(app: Flask) -> None:
    """Exchange the counts once a second, behind the answer to some request: nobody waits for it."""

    def exchange() -> None:
        with app.app_context():
            current_counts().exchange(clock.now())

    @app.after_request
    def plan_exchange(response: Response) -> Response:
        if current_counts().is_due(clock.now()):
            response.call_on_close(exchange)
        return response
