"""Row 22: people sign up, confirm and leave while web, worker and database are killed at random."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from threading import Barrier, Thread

import pytest

from tests.databases import PostgresServer, free_port
from tests.faults.evening_findings import examine_evening
from tests.faults.evening_visitors import (
    ASKED_TO_WAIT,
    NO_ANSWER,
    TAKEN,
    EveningVisitors,
    SignupForm,
    open_form,
)
from tests.faults.form import chances, size
from tests.faults.installation import Installation
from tests.faults.mail_server import Receiving
from tests.faults.report import Report
from tests.faults.worker_process import Worker
from tests.kept_connection import KeptConnection
from tests.processes import Process, children_of, started_web, wait_until

PEOPLE, KILLS = size(400, 20_000), size(6, 60)
PROCESSES = 2  # of the pages, and of the worker
EMAILS_BEING_SENT = 4  # two connections of each of the worker's processes
AT_ONCE = 24
LIST = "national"
PAGE = f"/fr/join/{LIST}"

pytestmark = pytest.mark.both_databases


@contextmanager
def pages_of(site: Installation) -> Iterator[tuple[Process, int, SignupForm]]:
    """Run the public site with two processes; yield it, its port, and the form of its list."""
    port = free_port()
    variables = {**site.variables, "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}"}
    log = site.folder / "web.log"
    forms: list[SignupForm] = []

    def has_form() -> bool:
        form = open_form(port, PAGE)
        forms.extend([form] if form else [])
        return bool(form)

    with started_web(variables, port, log=log, processes=PROCESSES) as process:
        assert wait_until(has_form), log.read_text()
        yield process, port, forms[0]


class WorkerService:
    """A worker that is started again when it ends, as its service does: it may begin too early.

    A worker that starts while the database is away ends with a message.
    """

    def __init__(self, site: Installation, stack: ExitStack) -> None:
        self._site, self._stack = site, stack
        self._worker = self._start()
        self._worker.wait_until_complete()

    def attend(self) -> Worker:
        """Start it again if it has ended; return it."""
        if self._worker.process.poll() is not None:
            self._worker = self._start()
        return self._worker

    def _start(self) -> Worker:
        return self._stack.enter_context(self._site.worker(PROCESSES))


def kill_something(kind: str, web: Process, service: WorkerService, number: int) -> None:
    """Kill a process of the pages, or one that sends."""
    if kind == "worker":
        service.attend().kill_one(number)
    elif children := children_of(web.pid):
        os.kill(children[number % len(children)], signal.SIGKILL)


def test_nothing_that_was_promised_is_lost_while_everything_is_killed(
    request: pytest.FixtureRequest, site: Installation, receiving: Receiving, report: Report
) -> None:
    chance, kinds = chances("evening"), ["web", "worker"]
    if not site.ledger.is_sqlite:
        kinds.append("database")
    kills = Counter[str]()
    list_id = site.make_list(0, LIST).id
    mails = Receiving(site.folder, receiving.port)
    with pages_of(site) as (web, port, form), ExitStack() as stack:
        service = WorkerService(site, stack)
        visitors = EveningVisitors(PEOPLE, port, form, mails, site.app, list_id)
        with visitors.at_work():
            for kill in range(1, KILLS + 1):
                wait_for_signups(visitors, kill * PEOPLE // (KILLS + 1))
                time.sleep(chance.uniform(0, 0.2))
                kind = kinds[kill % len(kinds)]
                kills[kind] += 1
                if kind == "database":
                    postgres: PostgresServer = request.getfixturevalue("postgres")
                    postgres.restart_at_once()
                    site.reconnect()
                else:
                    kill_something(kind, web, service, chance.randrange(PROCESSES))
            wait_for_signups(visitors, PEOPLE)

            def have_some_left() -> bool:
                service.attend()
                return len(visitors.left) >= PEOPLE // 80

            assert wait_until(have_some_left, seconds=120, every=0.5)
    findings = examine_evening(site, receiving, visitors)
    report.add_row("22 signups, all killed", site, len(visitors.taken), KILLS, findings.as_row())
    assert not findings.broken, findings
    assert {*visitors.answers.values()} <= {TAKEN, ASKED_TO_WAIT, NO_ANSWER}
    in_doubt = findings.repeated | findings.uncertain
    assert len(in_doubt) <= EMAILS_BEING_SENT * (kills["worker"] + kills["database"]), in_doubt


def wait_for_signups(visitors: EveningVisitors, count: int) -> None:
    """Wait until so many signups were taken."""
    came = wait_until(lambda: len(visitors.taken) >= count, seconds=size(120, 1200), every=0.1)
    assert came, Counter(visitors.answers.values())


def test_many_signups_of_one_address_at_once_send_one_email(
    site: Installation, receiving: Receiving
) -> None:
    site.make_list(0, LIST)
    start, answers = Barrier(AT_ONCE), list[int]()

    def sign_up(port: int, signup: bytes) -> None:
        with closing(KeptConnection(port)) as connection:
            start.wait(timeout=60)
            while (status := connection.ask(signup).status) == ASKED_TO_WAIT:
                time.sleep(1)  # on a busy machine; the page sends the form again, too
            answers.append(status)

    with pages_of(site) as (_, port, form):
        signup = form.fill_in("one@example.org")
        threads = [Thread(target=partial(sign_up, port, signup)) for _ in range(AT_ONCE)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    with site.worker():
        receiving.wait_for(1)
        nothing_waits = "SELECT id FROM letter WHERE status IN ('queued', 'sending')"
        assert wait_until(lambda: not site.ledger.ask(nothing_waits))
    assert Counter(answers) == {TAKEN: AT_ONCE}
    confirming = [each.recipient for each in receiving.arrivals() if each.link]
    assert confirming == ["one@example.org"]
    assert len(site.ledger.ask("SELECT id FROM signup_request")) == AT_ONCE
