"""Measures the signup POST: against a Flask "hello", and per kind of address.

The second table is the important one: a slower answer for subscribers would tell a stranger that
they are on a list (REQ-55). The kinds of address take turns, so that a change of the machine's load
affects all of them. It runs in one process, on SQLite, without a network.

    PYTHONPATH=. .venv/bin/python benchmarks/signup.py --rounds 500 --json
"""

import argparse
import dataclasses
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from supporters import create_app
from supporters.config import load_settings
from supporters.consent.models import Method
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.logs import log_warnings_only
from supporters.queue import IN_MEMORY
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.web.public.pages import box_values, hidden_values

PAGE = "/fr/join/national"
KINDS = ("new", "pending", "confirmed", "left")


def main() -> None:
    """Print both tables; with --json one line of JSON last."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as folder:
        app = _make_app(Path(folder))
        times = _time_signups(app, options.rounds)
    hello = _time_hello(options.rounds)
    everything = [each for kind in KINDS for each in times[kind]]
    medians = {kind: statistics.median(times[kind]) for kind in KINDS}
    result = {
        "posts_per_second": round(1 / statistics.median(everything), 1),
        "ratio_to_hello": round(hello / statistics.median(everything), 3),
        **{f"ms_{kind}": round(1000 * median, 3) for kind, median in medians.items()},
        "slowest_to_fastest": round(max(medians.values()) / min(medians.values()), 3),
    }
    for name, value in result.items():
        print(f"{name:>20}  {value}")
    if options.json:
        print(json.dumps(result))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _make_app(folder: Path) -> Flask:
    variables = {
        "SUPPORTERS_INSTANCE_DIR": str(folder),
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": "http://localhost",
        "SUPPORTERS_SIGNUP_RATE": "0",
    }
    app = create_app(dataclasses.replace(load_settings(variables), queue_url=IN_MEMORY))
    log_warnings_only()
    with app.app_context():
        upgrade()
    return app


def _time_signups(app: Flask, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each POST, by kind of address."""
    with app.app_context():
        national = make_list()
        for number in range(rounds):
            request_to_join(f"pending{number}@example.org", national)
            make_subscriber(f"confirmed{number}@example.org", national)
            left = make_subscriber(f"left{number}@example.org", national)
            unsubscribe_from_every_list(left.id, Method.ONE_CLICK)
    client = app.test_client()
    page = client.get(PAGE).text
    fields = {**hidden_values(page), **box_values(page), "is_15": "y"}
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS:
            post = _poster(client, {**fields, "email": f"{kind}{number}@example.org"})
            times[kind].append(_seconds(post))
    return times


def _poster(client: FlaskClient, fields: dict[str, str]) -> Callable[[], None]:
    def post() -> None:
        status = client.post(PAGE, data=fields).status_code
        if status != 303:
            raise SystemExit(f"The signup page answered {status}.")

    return post


def _time_hello(rounds: int) -> float:
    """Return the median seconds of a Flask page that says hello."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "Hello")
    client = app.test_client()
    return statistics.median(_seconds(lambda: client.get("/")) for _ in range(rounds))


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
