"""Sends a whole campaign over real SMTP, from the commands alone, and counts what arrived.

Everybody in it signed up and confirmed through the real use cases. Beside them stand people who
never confirmed, who left, and who objected: they must get nothing. The receiver is Postfix's
smtp-sink; the reference, in the same run, is Flask-Mail's `connect()` and `send()` of one message
of the same size after the other. With --kill, a worker process is killed with SIGKILL half-way.

    PYTHONPATH=. .venv/bin/python benchmarks/campaign.py --people 10000 --kill
    PYTHONPATH=. .venv/bin/python benchmarks/campaign.py --database postgresql --json
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.parts.installation import Installation
from benchmarks.parts.sink import Sink

OTHERS = 25
REFERENCE_MESSAGES = 1000
POLL_SECONDS = 0.25
UNSETTLED = ("queued", "claimed", "deferred")


def main() -> int:
    """Run once and print a table; with --json one line of JSON last. Return 0 if all is right."""
    options = _read_options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="supporters-")))
        folder.chmod(0o755)
        sink = stack.enter_context(Sink(folder / "sink"))
        installation = stack.enter_context(Installation(folder, options.database, sink.port))
        reference = installation.time_flask_mail(REFERENCE_MESSAGES)
        wanted, unwanted = installation.fill(options.people, OTHERS)
        sink.forget()
        figures = _send(installation, options)
        arrived = sink.recipients(at_least=int(figures["accepted"]))
    result = {**figures, **_compare(arrived, wanted, unwanted)}
    result["ratio_to_flask_mail"] = round(result["rate"] / reference, 2)
    for name, value in result.items():
        print(f"{name:>22}  {value}")
    if options.json:
        print(json.dumps(result))
    is_right = not result["twice"] and not result["to_others"] and _agree(result)
    return 0 if is_right and result["audience"] == options.people else 1


def _agree(result: dict[str, float]) -> bool:
    """Tell whether the ledger is true: what it calls accepted arrived, and only more uncertain."""
    return result["accepted"] <= result["arrived"] <= result["accepted"] + result["uncertain"]


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql, or an address")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kill", action="store_true", help="kill -9 a worker half-way")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _send(installation: Installation, options: argparse.Namespace) -> dict[str, float]:
    """Launch, wait for the end, and return the figures of the ledger and the clock."""
    campaign = installation.create_campaign()
    with installation.worker(options.processes) as worker:
        started = time.monotonic()
        installation.flask("campaigns", "launch", str(campaign))
        has_killed = False
        while True:
            status = installation.status(campaign)
            sent = status["audience"] - sum(status[name] for name in UNSETTLED)
            if options.kill and not has_killed and sent >= options.people / 2:
                worker.kill_a_child()
                has_killed = True
            if status["status"] == "sent":
                break
            time.sleep(POLL_SECONDS)
        seconds = time.monotonic() - started
    states = {name: value for name, value in status.items() if isinstance(value, int)}
    rate = round(status["accepted"] / seconds, 1)
    return {**states, "seconds": round(seconds, 2), "rate": rate}


def _compare(arrived: list[str], wanted: set[str], unwanted: set[str]) -> dict[str, int]:
    """Return how the mails that arrived differ from those that should have."""
    counts = Counter(arrived)
    return {
        "arrived": len(arrived),
        "twice": sum(count > 1 for count in counts.values()),
        "to_others": len(set(counts) & unwanted) + len(set(counts) - wanted - unwanted),
        "without": len(wanted - set(counts)),
    }


if __name__ == "__main__":
    sys.exit(main())
