"""Sends a campaign alone, and beside signups that come in at a fixed rate, in turns.

People are on a list, from SQL. In each turn a campaign goes to all of them while the pages are
open and nobody comes, and another one while visitors sign up at planned moments and the same
worker sends their emails. Turns, because the speed of a machine changes. The rows:

- alone_rate, beside_rate: emails of the campaign a second, the mean of the turns
- slower: by which share the campaign is slower beside the signups
- post_rate, post_ms_99, wrong: of the signups, and those that weren't taken
- wait_s_99, wait_s_max: of those that were taken, from the planned POST to the relay's answer to
  the email
- alone_cores_*, beside_cores_*: the cores that each part used while the campaign was sent; rest:
  the receiver, this program, and all else on the machine

It fails if the campaign lost more than a third of its rate, an email waited for more than 5 s, or
a signup wasn't taken.

    PYTHONPATH=. .venv/bin/python benchmarks/campaign_evening.py --rate 200 --people 200000
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.parts.core_watch import CoreWatch
from benchmarks.parts.evening.rush_mails import Postage, list_waits
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.paced_load import REDIRECTED, PacedAnswers, PacedLoad, Taken, percentile
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import BODY, EVERYBODY, product_from_options
from benchmarks.parts.served_pages import served
from benchmarks.parts.sink import counting_sink
from benchmarks.parts.timing import CampaignWatch, Run

LOST_AT_MOST, LONGEST_WAIT_S = 1 / 3, 5
CONNECTIONS = 64  # of the visitors
LEAD_SECONDS = 5.0  # of the signups before the launch
LASTS_TIMES = 4  # as long as the campaign alone, launch included: the signups must outlast it


@dataclass(frozen=True)
class Sending:
    """The sending of a campaign, and the cores that each part used meanwhile."""

    run: Run
    cores: dict[str, float]


def main() -> int:
    """Run once. Return 0 if the campaign kept two thirds of its rate, and no email was late."""
    options = _read_options()
    with product_from_options(options) as made:
        made.fill(options.people)
        installation = made.installation
        with (
            counting_sink(made.folder, made.port) as sink,
            served(installation) as web,
            installation.worker() as worker,
        ):
            turns = Turns(Postage(Evening(installation, web), sink), worker)
            figures = dict(turns.run(options.turns, options.rate))
        figures["database"] = installation.describe_database()
    print_results(figures, is_json=options.json)
    is_slow = float(figures["slower"]) > LOST_AT_MOST
    return 1 if is_slow or float(figures["wait_s_max"]) > LONGEST_WAIT_S or figures["wrong"] else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=200, help="signups a second")
    parser.add_argument("--people", type=int, default=200_000, help="of each campaign")
    parser.add_argument("--turns", type=int, default=2, help="campaigns of each kind")
    parser.add_argument("--processes", type=int, default=2, help="of the worker")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    parser.set_defaults(connections=None)
    return parser.parse_args()


class Turns:
    """The campaigns of the evening, one after the other."""

    def __init__(self, postage: Postage, worker: int) -> None:
        self._postage, self._worker = postage, worker
        self._evening, self._installation = postage.evening, postage.evening.installation
        self._answers: list[Taken] = []
        self._rates: list[float] = []

    def run(self, turns: int, rate: float) -> Iterator[tuple[str, Figure]]:
        """Yield the figures of some turns."""
        alone, beside = [], []
        for _ in range(turns):
            alone.append(self._send())
            beside.append(self._send_beside(rate, alone[-1].run))
        yield from self._describe(alone, beside)

    def _send(self, visitors: Sequence[int] = ()) -> Sending:
        """Send a campaign; `visitors` are the processes of those who sign up."""
        campaign = self._installation.create_campaign(EVERYBODY, BODY)
        database = self._installation.database_process
        watch = CoreWatch(
            {
                "web": [self._evening.web.process],
                "worker": [self._worker],
                "database": [database] if database else [],
                "visitors": visitors,
            }
        )
        with watch.running():
            sent = CampaignWatch(self._installation, self._postage.sink, campaign)
            run = sent.time_campaign(self._worker)
        return Sending(run, watch.cores_between(run.first, run.ended))

    def _send_beside(self, rate: float, alone: Run) -> Sending:
        seconds = LEAD_SECONDS + LASTS_TIMES * (alone.ended - alone.began)
        load = PacedLoad(
            self._evening.port,
            self._evening.signup,
            int(rate * seconds),
            rate=rate,
            connections=CONNECTIONS,
        )
        time.sleep(LEAD_SECONDS)
        sending = self._send(load.processes)
        if load.is_over():
            raise SystemExit("The signups ended before the campaign.")
        answers = load.wait()
        self._rates.append(answers.rate)
        self._answers += answers.answers
        self._postage.wait_until_nothing_waits()
        return sending

    def _describe(
        self, alone: list[Sending], beside: list[Sending]
    ) -> Iterator[tuple[str, Figure]]:
        alone_rate, beside_rate = (
            fmean(each.run.rate for each in sendings) for sendings in (alone, beside)
        )
        answers = PacedAnswers(self._answers)
        taken = [each for each in self._answers if 0 < each.status < REDIRECTED]
        waits = list_waits(PacedAnswers(taken), self._postage.sent_at())
        yield "alone_rate", round(alone_rate, 1)
        yield "beside_rate", round(beside_rate, 1)
        yield "slower", round(1 - beside_rate / alone_rate, 3)
        yield "post_rate", round(fmean(self._rates), 1)
        yield "post_ms_99", round(answers.milliseconds(99), 1)
        yield "wrong", answers.wrong
        yield "wait_s_99", round(percentile(waits, 99), 2)
        yield "wait_s_max", round(max(waits), 2)
        for name, sendings in (("alone", alone), ("beside", beside)):
            for part in sendings[0].cores:
                cores = fmean(each.cores[part] for each in sendings)
                yield f"{name}_cores_{part}", round(cores, 2)


if __name__ == "__main__":
    sys.exit(main())
