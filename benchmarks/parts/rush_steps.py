"""The steps of an evening with many visitors, who ask the pages of a running installation."""

import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Select, func, select

from benchmarks.parts.installation import NO_LIMIT, ROOT, Installation
from benchmarks.parts.load import Answers, Visit, ask
from benchmarks.parts.printing import Figure
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.sink import Sink
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.tokens import TokenPurpose
from supporters.web.public.forms import box_name
from tests.databases import free_port
from tests.factories.lists import make_list
from tests.factories.signups import values_in
from tests.faults.guessers import Stranger
from tests.processes import wait_until, web_command
from tests.web.public.pages import box_values, hidden_values

JOIN = "/fr/join/national"
FASTEST_HUMAN = 3.0  # seconds: a form that is sent earlier counts as a program's
PROCESSES = 2
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
ALL_SENT_WITHIN = 600.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """The answers to one kind of request, with the CPU time of web, worker and database."""

    answers: Answers
    cpu: dict[str, float]

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Yield its figures."""
        yield "rate", round(self.answers.rate, 1)
        yield "ms_50", round(self.answers.ms_50, 1)
        yield "ms_99", round(self.answers.ms_99, 1)
        for name, seconds in self.cpu.items():
            yield f"cpu_ms_{name}", round(1000 * seconds / self.answers.requests, 2)


class Served(NamedTuple):
    """The port and the first process of gunicorn."""

    port: int
    process: int


class Evening:
    """A running installation with one list, and the people who ask it."""

    def __init__(self, installation: Installation, sink: Sink, web: Served) -> None:
        self.installation, self._sink, self._port = installation, sink, web.port
        self._processes = {"web": web.process, "database": installation.database_process}
        self._taken = 0
        visitor = Stranger(web.port, JOIN)
        assert visitor.open_page()
        self._cookie = visitor.cookie
        boxes = dict([*box_values(visitor.html).items()][:1])
        typed = {"is_15": "y", "email": "rushNUMBER@example.org"}
        self._form = urlencode({**hidden_values(visitor.html), **boxes, **typed})
        time.sleep(FASTEST_HUMAN)

    @classmethod
    @contextmanager
    def begun(cls, installation: Installation, sink: Sink) -> Iterator["Evening"]:
        """Start the pages of an installation with one list."""
        with installation.app.app_context():
            make_list()
        with served("app:app", installation) as web:
            yield cls(installation, sink, web)

    def time_bare_page(self, seconds: float) -> Answers:
        """Return the better of two runs of the reference."""
        line = ("/", "email=rushNUMBER@example.org")
        with served("benchmarks.parts.bare_page:app", self.installation) as web:
            runs = [ask(web.port, Visit([line], "POST"), seconds / 2) for _ in range(2)]
        return max(runs, key=lambda each: each.rate)

    def steps(self, seconds: float) -> Iterator[tuple[str, Step]]:
        """Yield each step alone, without a worker. Later ones use what the earlier ones made."""
        yield "form", self._time(Visit([(JOIN, "")]), seconds / 2)
        post = self._time(Visit([(JOIN, self._form)], "POST", self._cookie), seconds)
        self._taken += post.answers.requests
        yield "post", post
        forms = self._confirmation_forms()
        yield "confirmation", self._time(Visit([(link, "") for link, _ in forms]), seconds / 2)
        yield "confirm", self._once(Visit(forms, "POST", self._cookie), seconds / 4)
        why = self._links_of_people("/fr/why", TokenPurpose.WHY)
        yield "why", self._time(Visit([(link, "") for link in why]), seconds / 2)
        leave = self._links_of_people("/leave", TokenPurpose.UNSUBSCRIBE)
        yield "leave", self._once(Visit([(link, ONE_CLICK) for link in leave], "POST"), seconds / 8)

    def time_letters(self) -> Iterator[tuple[str, Figure]]:
        """Yield how fast one worker sends the emails that wait."""
        waiting, before = self._count_waiting(), self._sink.count()
        with self.installation.worker() as worker:
            started, used = time.monotonic(), cpu_seconds(worker)
            self._wait_until_sent(before + waiting)
            yield "letters_rate", round(waiting / (time.monotonic() - started), 1)
            yield "letters_cpu_ms", round(1000 * (cpu_seconds(worker) - used) / waiting, 2)

    def time_whole(self, seconds: float, bare: float) -> Iterator[tuple[str, Figure]]:
        """Yield the figures of signups with their emails on the same machine."""
        visit = Visit([(JOIN, self._form)], "POST", self._cookie)
        with self.installation.worker() as worker:
            self._processes["worker"] = worker
            before, started = self._sink.count(), time.monotonic()
            step = self._time(visit, seconds)
            self._taken += step.answers.requests
            self._wait_until_sent(before + step.answers.requests)
            wait_until(lambda: self._count_waiting() == 0, seconds=ALL_SENT_WITHIN)
            took = time.monotonic() - started
            yield from ((f"whole_{name}", value) for name, value in step.figures())
            yield "whole_sent_rate", round(step.answers.requests / took, 1)
            yield "whole_ratio", round(step.answers.requests / took / bare, 3)
            delays = self._delays(step.answers.requests)
            yield "mail_s_50", round(statistics.median(delays), 2)
            yield "mail_s_99", round(statistics.quantiles(delays, n=100)[-1], 2)

    def count_missing(self) -> dict[str, Figure]:
        """Return how many requests that were taken have no row, no email, no place in the log."""
        with self.installation.app.app_context():
            rows = _count(select(func.count(SignupRequest.id)))
            is_sent = (
                OutboxEmail.kind == EmailKind.CONFIRM_SIGNUP,
                OutboxEmail.status == EmailStatus.SENT,
            )
            sent = _count(select(func.count(OutboxEmail.id)).where(*is_sent))
            confirmed = _count(
                select(func.count(SignupRequest.id)).where(SignupRequest.confirmed_at.is_not(None))
            )
            events = _count(
                select(func.count(ConsentEvent.id)).where(ConsentEvent.kind == EventKind.CONFIRMED)
            )
        return {
            "without_row": max(0, self._taken - rows),  # wrk doesn't count its last requests
            "without_email": rows - sent,
            "without_event": confirmed - events,
        }

    def _once(self, visit: Visit, seconds: float) -> Step:
        """Ask for each line at most once. Raises SystemExit if there are too few."""
        step = self._time(visit, seconds)
        if step.answers.requests > len(visit.lines):
            raise SystemExit("Too few people signed up for the next step: take more --seconds.")
        return step

    def _time(self, visit: Visit, seconds: float) -> Step:
        before = self._cpu()
        answers = ask(self._port, visit, seconds)
        used = {name: now - before[name] for name, now in self._cpu().items()}
        return Step(answers=answers, cpu=used)

    def _cpu(self) -> dict[str, float]:
        return {name: cpu_seconds(process) for name, process in self._processes.items()}

    def _confirmation_forms(self) -> list[tuple[str, str]]:
        """Return the link in each email, and the form behind it with its box ticked."""
        with self.installation.app.app_context():
            rows = db.session.execute(
                select(OutboxEmail, SignupChoice.event_id)
                .join(SignupRequest, SignupRequest.letter_id == OutboxEmail.id)
                .join(SignupChoice)
            )
            urls = [(str(values_in(email)["confirm_url"]), event_id) for email, event_id in rows]
        links = [(path_of(url), event_id) for url, event_id in urls]
        page = Stranger(self._port, links[0][0], self._cookie)
        assert page.open_page()
        hidden = hidden_values(page.html)
        return [
            (link, urlencode({**hidden, "shown": str(event_id), box_name(event_id): "y"}))
            for link, event_id in links
        ]

    def _links_of_people(self, path: str, purpose: TokenPurpose) -> list[str]:
        with self.installation.app.app_context():
            sign = current_tokens().sign
            rows = db.session.execute(
                select(Subscription.subscriber_id, Subscription.mailing_list_id)
            )
            return [f"{path}/{sign(purpose, [person, on, 1])}" for person, on in rows]

    def _delays(self, newest: int) -> list[float]:
        """Return how long the newest emails waited for the relay's answer, in seconds."""
        with self.installation.app.app_context():
            rows = db.session.execute(
                select(OutboxEmail.created_at, OutboxEmail.settled_at)
                .where(OutboxEmail.status == EmailStatus.SENT)
                .order_by(OutboxEmail.id.desc())
                .limit(newest)
            )
            return [(settled - created).total_seconds() for created, settled in rows if settled]

    def _count_waiting(self) -> int:
        with self.installation.app.app_context():
            return _count(
                select(func.count(OutboxEmail.id)).where(OutboxEmail.status == EmailStatus.QUEUED)
            )

    def _wait_until_sent(self, expected: int) -> None:
        if not wait_until(lambda: self._sink.count() >= expected, seconds=ALL_SENT_WITHIN):
            raise SystemExit(f"Only {self._sink.count()} of {expected} emails came.")


def path_of(url: str) -> str:
    """Return an address without its host."""
    return "/" + url.partition("://")[2].partition("/")[2]


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0


@contextmanager
def served(application: str, installation: Installation) -> Iterator[Served]:
    """Serve an application with gunicorn as documented; yield where."""
    port = free_port()
    variables = {
        **installation.variables,
        "BARE_DATABASE_URL": installation.variables["SUPPORTERS_DATABASE_URL"],
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_PROXIES": "1",
        "SUPPORTERS_SIGNUP_RATE": NO_LIMIT,
    }
    command = [*web_command(port, application), "--workers", str(PROCESSES)]
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
    try:
        if not wait_until(lambda: is_open(port), seconds=60):
            raise SystemExit("gunicorn doesn't start.")
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def is_open(port: int) -> bool:
    """Tell whether a port answers."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
