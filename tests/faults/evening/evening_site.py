"""The whole product on an evening: its pages, and a worker that its service starts again."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.faults.evening.evening_visitors import SignupForm, open_form
from tests.faults.installation import Installation
from tests.faults.worker_process import Worker
from tests.servers.ports import free_port
from tests.servers.processes import Process, children_of, started_web, wait_until

PROCESSES = 2  # of the pages, and of the worker
EMAILS_BEING_SENT = 4  # two connections of each of the worker's processes
LIST = "national"
PAGE = f"/fr/join/{LIST}"


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
