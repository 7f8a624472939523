"""The steps of an evening in which a worker sends the emails of signups."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from benchmarks.parts.evening.rush_counts import count_waiting, is_all_sealed
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.paced_load import PacedAnswers, PacedLoad, percentile
from benchmarks.parts.printing import Figure
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.sink import Sink
from supporters import clock
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.signup.models import SignupRequest
from supporters.signup.rush.held_emails import let_emails_go
from supporters.signup.rush.models import SignupHold
from tests.servers.processes import wait_until

ALL_SENT_WITHIN = 600.0
FEWEST_LETTERS = 2_000
CONNECTIONS = 32  # of an open-loop load: more than the threads of the pages


@dataclass(frozen=True)
class Postage:
    """An evening with its receiver."""

    evening: Evening
    sink: Sink

    def time_letters(self) -> Iterator[tuple[str, Figure]]:
        """Yield how fast one worker sends the emails that wait."""
        while (waiting := count_waiting(self.evening.installation)) < FEWEST_LETTERS:
            self.evening.sign_up(2)
        before = self.sink.count()
        with self._held(), self.evening.installation.worker() as worker:
            self._let_go()
            started, used = time.monotonic(), cpu_seconds(worker)
            self._wait_until_sent(before + waiting)
            yield "letters_rate", round(waiting / (time.monotonic() - started), 1)
            yield "letters_cpu_ms", round(1000 * (cpu_seconds(worker) - used) / waiting, 2)

    def time_whole(self, seconds: float) -> Iterator[tuple[str, Figure]]:
        """Yield the figures of signups with their emails on the same machine."""
        with self.evening.installation.worker() as worker:
            self.wait_until_nothing_waits()
            before, started = self.sink.count(), time.monotonic()
            step = self.evening.sign_up(seconds, worker)
            self._wait_until_sent(before + step.answers.requests)
            took = time.monotonic() - started
            yield from ((f"whole_{name}", value) for name, value in step.figures())
            yield "whole_sent_rate", round(step.answers.requests / took, 1)
            self.wait_until_nothing_waits()

    def time_half(self, seconds: float, rate: float) -> Iterator[tuple[str, Figure]]:
        """Yield the times of signups at a fixed rate, each from the moment planned for its POST."""
        evening = self.evening
        with evening.installation.worker():
            self.wait_until_nothing_waits()
            before = self.sink.count()
            load = PacedLoad(
                evening.port,
                evening.signup,
                max(1, int(rate * seconds)),
                rate=rate,
                connections=CONNECTIONS,
            )
            answers = load.wait()
            taken = len(answers.answers) - answers.wrong
            evening.taken += taken
            self._wait_until_sent(before + taken)
            took = time.time() - min(each.planned_at for each in answers.answers)
            self.wait_until_nothing_waits()
        yield "half_rate", round(answers.rate, 1)
        yield "half_wrong", answers.wrong
        yield "half_post_ms_50", round(answers.milliseconds(50), 1)
        yield "half_post_ms_99", round(answers.milliseconds(99), 1)
        waits = list_waits(answers, self.sent_at())
        yield "half_mail_s_50", round(percentile(waits, 50), 2)
        yield "half_mail_s_99", round(percentile(waits, 99), 2)
        yield "half_letters_rate", round(taken / took, 1)

    def finish(self) -> None:
        """Let a worker send and seal all that waits."""
        with self.evening.installation.worker():
            self.wait_until_all_is_done()

    def wait_until_all_is_done(self) -> None:
        """Wait until a running worker has sent and sealed everything."""
        self.wait_until_nothing_waits()
        installation = self.evening.installation
        if not wait_until(lambda: is_all_sealed(installation), seconds=ALL_SENT_WITHIN):
            raise SystemExit("The log isn't sealed.")

    def sent_at(self) -> dict[str, datetime]:
        """Return when the relay had answered for each address."""
        with self.evening.installation.app.app_context():
            rows = db.session.execute(
                select(SignupRequest.address, OutboxEmail.settled_at)
                .join(OutboxEmail, SignupRequest.email_id == OutboxEmail.id)
                .where(OutboxEmail.status == EmailStatus.SENT)
            )
            return {address: settled for address, settled in rows if settled}

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the emails of signups, as a spike does: a worker that starts sends none of them."""
        with self.evening.installation.app.app_context(), transaction():
            now = clock.now()
            db.session.add(SignupHold(id=new_id(now), began_at=now, counted=1, most=1))
        try:
            yield
        finally:
            self._let_go()

    def _let_go(self) -> None:
        with self.evening.installation.app.app_context():
            let_emails_go(by=None)

    def _wait_until_sent(self, expected: int) -> None:
        if not wait_until(lambda: self.sink.count() >= expected, seconds=ALL_SENT_WITHIN):
            raise SystemExit(f"Only {self.sink.count()} of {expected} emails came.")

    def wait_until_nothing_waits(self) -> None:
        """Wait until the outbox is empty. Raises SystemExit if that takes too long."""
        if not wait_until(
            lambda: not count_waiting(self.evening.installation), seconds=ALL_SENT_WITHIN
        ):
            raise SystemExit(f"{count_waiting(self.evening.installation)} emails still wait.")


def list_waits(answers: PacedAnswers, sent_at: Mapping[str, datetime]) -> list[float]:
    """Return the seconds from the planned POST to the relay's answer. Lost ones count as long."""
    return [
        sent_at[address].timestamp() - each.planned_at
        if (address := f"rush{each.number}@example.org") in sent_at
        else ALL_SENT_WITHIN
        for each in answers.answers
    ]
