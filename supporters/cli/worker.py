"""`flask worker`: sends emails and campaigns, seals the transparency log, runs the periodic jobs.

A supervisor forks processes of the loaded program: one that prepares the installation and ends,
one for what a machine does once, and those that send. It replaces one that died. A new sender
requests a repair, which recovers the unfinished batches of a dead one from its send journals.
The supervisor itself opens no connection and starts no thread, so that its forks inherit none.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext

from supporters.audit.witness_watch import WitnessThread
from supporters.cli.job_consumer import make_consumer
from supporters.cli.output import Command, one_line, refuse
from supporters.cli.processes import (
    LOOK_EVERY_SECONDS,
    Child,
    StopRequest,
    end_children,
    limit_memory_arenas,
    own_session,
    start_child,
    tell,
)
from supporters.cli.worker_start import check_everything, prepare
from supporters.consent.log_sealing import SealingThread
from supporters.delivery.engine.sending_engine import SendingEngine
from supporters.delivery.log_watch import VerificationThread
from supporters.delivery.machines import MachineThread, find_machine_name
from supporters.delivery.sealed_ledgers.ledger_sealing import LedgerThread
from supporters.delivery.send_journal.worker_registry import (
    current_worker,
    unregister,
    worker_folder,
)
from supporters.extensions import current_settings, queue
from supporters.feedback.readers.feedback_listener import listen
from supporters.idle_connections import keep_one_at_rest
from supporters.logs import log_doubt, log_failure
from supporters.mail.outbox_threads import OutboxThreads
from supporters.mail.queries import has_claimed_emails
from supporters.metering import metrics
from supporters.networks import is_private
from supporters.queue import MAINTENANCE_PRIORITY
from supporters.transparency_log.timestamps import TimestampThread

log = structlog.get_logger(__name__)

SENDERS_END_WITHIN_SECONDS = 8  # after the jobs; both are asked to stop at the same time
CHILDREN_END_WITHIN_SECONDS = 30
LIVED_LONG_SECONDS = 10
HIGHEST_PORT = 65535
LONGEST_PAUSE_SECONDS = 30


@click.command("worker", cls=Command)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="One for SQLite; one per core for PostgreSQL.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, HIGHEST_PORT),
    help="Serve metrics for Prometheus at this port, under /metrics.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    help="The private address for the metrics. Anybody who reaches it can read them.",
)
@with_appcontext
def worker(*, processes: int, metrics_port: int | None, metrics_host: str) -> None:
    """Send emails and run all jobs until SIGTERM or Ctrl-C.

    At the end it finishes the jobs that it has started.
    """
    if metrics_port is not None and not is_private(metrics_host):
        refuse(f"{metrics_host} isn't an address of this machine, or of a private network.")
    try:
        run_worker(processes, metrics_port=metrics_port, metrics_host=metrics_host)
    except click.ClickException as error:
        tell(error)
        sys.exit(error.exit_code)


def run_worker(
    processes: int = 1, *, metrics_port: int | None = None, metrics_host: str = "127.0.0.1"
) -> None:
    """Run this process as a supervisor until it is asked to stop. It may have no connection yet."""
    stop = StopRequest()
    limit_memory_arenas()
    keep_one_at_rest()
    for doubt in current_settings().doubts:
        log_doubt(doubt)
    preparation = start_child("prepare", prepare)
    preparation.join()
    if preparation.exitcode:
        sys.exit(1)
    log.info("worker.started", processes=processes)
    serve_metrics = partial(_serve_metrics, metrics_host, metrics_port)
    if metrics_port is not None:
        metrics.count_here(current_settings().instance_dir, metrics_port)
    machine = _WorkerProcess("machine", partial(_run_machine, serve_metrics))
    senders = [_WorkerProcess(f"sender-{n}", partial(_send, n == 0)) for n in range(processes)]
    readers = [_WorkerProcess("feedback", _read_feedback)] if current_settings().feedback else []
    _supervise(stop, machine, [*senders, *readers])
    log.info("worker.ended")


def _supervise(
    stop: StopRequest, machine: "_WorkerProcess", senders: Sequence["_WorkerProcess"]
) -> None:
    """Keep all processes running until this one is asked to stop. Then stop them, senders first.

    A failure is one line and status 1, so that systemd starts the worker again.
    """
    try:
        while not stop.is_requested:
            for process in (machine, *senders):
                process.keep_running()
            time.sleep(LOOK_EVERY_SECONDS)
        log.info("worker.asked_to_end", signal=stop.signal)
    except (OSError, ValueError) as error:
        log_failure("worker.failed", error)
        reason = f"{type(error).__name__}: {error}"
        refuse(f"The worker can't supervise its processes any more ({reason}), so it stops.")
    finally:
        for group in (senders, [machine]):
            children = [each.child for each in group if each.child]
            end_children(children, patience=CHILDREN_END_WITHIN_SECONDS)


def _run_machine(serve_metrics: Callable[[], None]) -> None:
    """Record that this machine is alive, verify and seal, have it witnessed, serve the metrics."""
    stop = StopRequest()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    threads = (
        MachineThread(app),
        VerificationThread(app, find_machine_name() or "worker"),
        WitnessThread(app),
        TimestampThread(app),
        LedgerThread(app),
    )
    for each in threads:
        each.start()
    serve_metrics()
    while not stop.is_requested:
        time.sleep(LOOK_EVERY_SECONDS)
    for each in reversed(threads):
        each.end()


def _read_feedback() -> None:
    """Read the emails that come back. If the parsing processes ended, another one replaces this."""
    stop = StopRequest()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    place = current_settings().feedback
    if place is not None and not listen(app, place, lambda: stop.is_requested):
        sys.exit(1)


def _serve_metrics(host: str, port: int | None) -> None:
    if port is None:
        return
    from supporters.monitoring.metrics_server import serve  # noqa: PLC0415 - it reads the variable

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        serve(app, host=host, port=port)
    except OSError as error:
        log_failure("metrics.not_served", error, host=host, port=port)  # sending matters more


@dataclass
class _WorkerProcess:
    """One process of the worker. If it dies it is replaced, after a pause if it died soon."""

    name: str
    run: Callable[[], None]
    child: Child | None = None
    _started: float = 0.0
    _next_start: float = 0.0
    _pause: float = field(default=0.0)

    def keep_running(self) -> None:
        """Start the child, or replace it if it died."""
        now = time.monotonic()
        if self.child is not None and self.child.exitcode is not None:
            self._record_death(self.child, now)
        if self.child is None and now >= self._next_start:
            self.child = start_child(self.name, self.run)
            self._started = now

    def _record_death(self, child: Child, now: float) -> None:
        log.error("worker.died", place=self.name, status=child.exitcode)
        metrics.remove_process(cast(int, child.pid))
        lived_long = now - self._started > LIVED_LONG_SECONDS
        self._pause = 0.0 if lived_long else min(max(0.2, 2 * self._pause), LONGEST_PAUSE_SECONDS)
        self._next_start = now + self._pause
        self.child = None


def _send(is_first: bool) -> None:
    """Run jobs until SIGTERM. The first sender also queues the periodic jobs, and seals."""
    with one_line(), own_session():
        check_everything()
        queue.later("sweep_deliveries", priority=MAINTENANCE_PRIORITY)  # recovers a dead one's work
        queue.later("launch_planned", priority=MAINTENANCE_PRIORITY)  # due while no worker ran
    consumer = make_consumer(is_first=is_first)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    engine = SendingEngine(app, consumer.stop_flag, senders=current_settings().smtp_connections)
    outbox = OutboxThreads(app, consumer.stop_flag, worker=current_worker(), folder=worker_folder())
    sealing = SealingThread(app, consumer.stop_flag)
    engine.start()
    outbox.start()
    if is_first:
        sealing.start()
    consumer.run()
    if is_first:
        sealing.join(SENDERS_END_WITHIN_SECONDS)
    deadline = time.monotonic() + SENDERS_END_WITHIN_SECONDS
    has_ended = outbox.join(SENDERS_END_WITHIN_SECONDS)
    has_ended = engine.join(max(0.0, deadline - time.monotonic())) and has_ended
    if has_ended and not has_claimed_emails(current_worker()):  # else they are recovered
        unregister()
