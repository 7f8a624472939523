"""Opens the pages of an organiser while signups come in at a fixed rate, with their emails.

People are on a list and a campaign was sent to them, all from SQL and commands. Visitors then sign
up at planned moments, a worker sends their emails, and an owner opens one page a second, in turn:
the dashboard, the lists, the list, the campaigns, and the newest people. The rows:

- *_ms_50, *_ms_max: of each page, from the first byte sent to the last one read
- post_rate, post_ms_99, wrong: of the signups, and those that weren't taken
- wait_s_99, wait_s_max: of those that were taken, from the planned POST to the relay's answer to
  the email

It fails if a page took longer than 500 ms, an email more than 5 s, or a signup wasn't taken.

    PYTHONPATH=. .venv/bin/python benchmarks/console_evening.py --rate 200 --seconds 60
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import cycle

from benchmarks.parts.browser import Browser
from benchmarks.parts.evening.rush_mails import Postage, list_waits
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.installation import Installation
from benchmarks.parts.paced_load import REDIRECTED, PacedAnswers, PacedLoad, percentile
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import EVERYBODY, product_from_options
from benchmarks.parts.records.team import OWNER
from benchmarks.parts.served_pages import served
from benchmarks.parts.sink import counting_sink
from supporters.accounts.models import RoleName
from supporters.lists.queries import find_list_by_slug
from tests.factories.accounts import make_account

SLOWEST_PAGE_MS, LONGEST_WAIT_S = 500, 5
CONNECTIONS = 64  # of the visitors
OK = 200


def main() -> int:
    """Run once. Return 0 if no page and no email was late."""
    options = _read_options()
    with product_from_options(options) as made:
        made.fill(options.people)
        made.send()
        installation = made.installation
        with (
            counting_sink(made.folder, made.port) as sink,
            served(installation) as web,
            installation.worker(),
        ):
            postage = Postage(Evening(installation, web), sink)
            figures = dict(_measure(postage, options))
        figures["database"] = installation.describe_database()
    print_results(figures, is_json=options.json)
    pages = [float(value) for name, value in figures.items() if name.startswith("page_")]
    is_late = max(pages) > SLOWEST_PAGE_MS or float(figures["wait_s_max"]) > LONGEST_WAIT_S
    return 1 if is_late or figures["wrong"] else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=200, help="signups a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=200_000, help="on the list")
    parser.add_argument("--processes", type=int, default=2, help="of the worker")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(connections=None)
    return parser.parse_args()


def _measure(postage: Postage, options: argparse.Namespace) -> Iterator[tuple[str, Figure]]:
    evening = postage.evening
    browser = Browser(evening.port, f"127.0.0.1:{evening.port}")
    pages = _pages(evening.installation)
    browser.sign_in(OWNER)
    for path in pages.values():
        _time(browser, path)  # the first answer of a process is slower
    load = PacedLoad(
        evening.port,
        evening.signup,
        int(options.rate * options.seconds),
        rate=options.rate,
        connections=CONNECTIONS,
    )
    times: dict[str, list[float]] = {name: [] for name in pages}
    for name, path in cycle(pages.items()):
        if load.is_over():
            break
        due = time.monotonic() + 1
        times[name].append(_time(browser, path))
        time.sleep(max(0.0, due - time.monotonic()))
    answers = load.wait()
    postage.wait_until_nothing_waits()
    taken = [each for each in answers.answers if 0 < each.status < REDIRECTED]
    waits = list_waits(PacedAnswers(taken), postage.sent_at())
    for name, each in times.items():
        yield f"page_{name}_ms_50", round(percentile(each, 50), 1)
        yield f"page_{name}_ms_max", round(max(each), 1)
    yield "post_rate", round(answers.rate, 1)
    yield "post_ms_99", round(answers.milliseconds(99), 1)
    yield "wrong", answers.wrong
    yield "wait_s_99", round(percentile(waits, 99), 2)
    yield "wait_s_max", round(max(waits), 2)


def _pages(installation: Installation) -> dict[str, str]:
    """Make an owner, and return the paths of the pages."""
    with installation.app.app_context():
        make_account(OWNER, RoleName.OWNER)
        everybody = find_list_by_slug(EVERYBODY)
        assert everybody
        return {
            "dashboard": "/console/",
            "lists": "/console/lists",
            "list": f"/console/lists/{everybody.id}",
            "campaigns": "/console/campaigns",
            "people": "/console/people",
        }


def _time(browser: Browser, path: str) -> float:
    """Return the milliseconds of a page. Raises SystemExit if it doesn't open."""
    page = browser.get(path)
    if page.status != OK:
        raise SystemExit(f"{path} answered {page.status}.")
    return 1000 * page.seconds


if __name__ == "__main__":
    sys.exit(main())
