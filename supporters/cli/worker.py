"""`flask worker`: sends letters and campaigns, seals the consent log, does the periodic work.

A supervisor starts the processes that do it, and starts one that died again. It first asks for a
sweep, which recovers from the dead one's journals what it had in hand. It can show Prometheus what
they count.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from subprocess import SubprocessError

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext
from huey.consumer import Consumer

from supporters.audit.checkpoint_comparison import Verdict, compare_last
from supporters.cli.command_texts import describe_hold
from supporters.cli.machine_findings import find_folder_fault
from supporters.cli.output import Command, refuse
from supporters.cli.processes import (
    LOOK_EVERY_SECONDS,
    Child,
    Ending,
    end_children,
    flask_command,
    own_session,
    start_child,
    without_docstrings,
)
from supporters.consent.log_sealing import SealingThread, seal
from supporters.delivery import metrics
from supporters.delivery.engine.sending_engine import SendingEngine
from supporters.delivery.machines import MachineThread, join_database, list_machines_without
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.delivery.send_journal.worker_registry import current_worker, sign_off
from supporters.extensions import current_sealer, current_settings, queue
from supporters.logs import log_failure
from supporters.mail.outbox_recovery import has_letters_in_hand
from supporters.mail.outbox_sender import retry_without_key
from supporters.migrations.state import check_database, check_schema
from supporters.people.address_hashes import reseal_data_keys
from supporters.queue import MAINTENANCE_PRIORITY, QueueUnreachable
from supporters.retention.table_categories import RetentionGap, check_retention
from supporters.transparency_log.checkpoint_store import heads_file
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.tree_sealing import ClockWentBack

log = structlog.get_logger(__name__)

THREADS = 2  # one can send a letter while the other sweeps
POLLS_AFTER_SECONDS = 0.05
POLLS_AT_LEAST_EVERY_SECONDS = 0.2
JOBS_END_WITHIN_SECONDS = 20
LANES_END_WITHIN_SECONDS = 8  # after the jobs; they are asked to end at the same time
CHILDREN_END_WITHIN_SECONDS = 30
LIVED_LONG_SECONDS = 10
SILENT_SECONDS = 10
HIGHEST_PORT = 65535
LONGEST_PAUSE_SECONDS = 30


@click.command("worker", cls=Command)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="One for SQLite; with PostgreSQL as many as there are cores.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, HIGHEST_PORT),
    help="Show figures for Prometheus at this port, under /metrics.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    help="The address that they are shown at: anybody who reaches it can read them.",
)
@click.option("--child", type=click.IntRange(0), hidden=True)
@with_appcontext
def worker(
    *, processes: int, metrics_port: int | None, metrics_host: str, child: int | None
) -> None:
    """Send letters and campaigns until SIGTERM or Ctrl-C; the jobs in hand are finished first."""
    with own_session():
        _check_everything()
    if child is not None:
        _work(is_first=child == 0)
        return
    ending = Ending()
    for doubt in current_settings().doubts:
        log.warning("settings.doubt", what=doubt)
    if metrics_port is not None:
        _show_metrics(metrics_host, metrics_port)
    with own_session():
        check_schema()
        machine = _join()
        _reseal_data_keys()
        _seal()
        retry_without_key()
        _ask_for_repairs()
    log.info("worker.started", processes=processes)
    _supervise(ending, [_Place(number) for number in range(processes)])
    machine.end()
    log.info("worker.ended")


def _supervise(ending: Ending, places: Sequence["_Place"]) -> None:
    """Keep a child in each place until the end is asked for. No child outlives a failure of ours.

    A failure is one line and status 1, so that systemd starts the worker again.
    """
    try:
        while not ending.is_asked_for:
            for place in places:
                place.look()
            time.sleep(LOOK_EVERY_SECONDS)
    except (OSError, SubprocessError, ValueError) as error:
        log_failure("worker.failed", error)
        reason = f"{type(error).__name__}: {error}"
        refuse(f"The worker can't watch over its processes any more ({reason}), so it ends.")
    finally:
        end_children(
            [place.child for place in places if place.child], patience=CHILDREN_END_WITHIN_SECONDS
        )


def _check_everything() -> None:
    """Refuse to work where something would go wrong."""
    if fault := find_folder_fault():
        refuse(fault)
    check_database()
    _check_log()
    try:
        check_retention()
    except RetentionGap as gap:
        refuse(str(gap))
    try:
        queue.count_waiting()
    except QueueUnreachable as error:
        refuse(f"The queue doesn't answer ({error}). Is SUPPORTERS_QUEUE_URL right?")


def _show_metrics(host: str, port: int) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        metrics.serve(app, host=host, port=port)
    except OSError as error:
        refuse(f"No figures can be shown at {host}, port {port}: {error.strerror}.")


def _check_log() -> None:
    """Refuse to work on a database that lacks what this machine knows was sealed (REQ-21)."""
    comparison = compare_last()
    if comparison is None or comparison.verdict in {Verdict.CONTAINED, Verdict.LOST}:
        return
    if comparison.verdict is not Verdict.FOREIGN:
        hold_sending(HoldReason.OLDER)
    log.error("log.head_missing", verdict=comparison.verdict.name.lower())
    if comparison.verdict is Verdict.LONGER:
        refuse(
            "The database has fewer consents sealed than this machine kept the head of. If a backup"
            " was put back, run: flask rights replay. If not, keep everything as it is and run: "
            "flask consent verify"
        )
    if comparison.verdict is Verdict.FOREIGN:
        refuse(
            f"The last head in {heads_file()} was signed by another key than the one in this "
            "database. If the database is new on purpose, move that file away. If not, keep "
            "everything as it is and run: flask consent verify"
        )
    if comparison.verdict is Verdict.OUT_OF_TIME:
        refuse(
            "The heads of the consent log in this database aren't in the order of their times: one "
            "was signed with a clock that had been put back, or slipped in. Keep everything as it "
            "is and run: flask consent verify"
        )
    refuse(
        "The consent log in this database isn't the one whose head this machine kept: it was "
        "altered. Keep everything as it is and run: flask consent verify"
    )


def _reseal_data_keys() -> None:
    """Seal the data keys with the newest secret key, once no machine at work lacks it."""
    if list_machines_without(current_sealer().fingerprints[0]):
        log.warning("keys.not_resealed", newest=current_sealer().fingerprints[0])
        return
    reseal_data_keys()


def _join() -> MachineThread:
    """Make this machine known, and go on signing for it; say it if that held all sending."""
    if join_database() is not None:
        click.echo(describe_hold(), err=True)
    thread = MachineThread(current_app._get_current_object())  # type: ignore[attr-defined]
    thread.start()
    return thread


def _seal() -> None:
    """Seal what waits; what is wrong with the log keeps no letter from leaving."""
    try:
        seal()
    except (TreeBroken, ClockWentBack) as error:
        log_failure("log.not_sealed", error)


def _ask_for_repairs() -> None:
    """Have the work found that a dead worker or a lost job left behind."""
    queue.later("sweep_deliveries", priority=MAINTENANCE_PRIORITY)
    queue.later("send_due_letters", priority=MAINTENANCE_PRIORITY)


@dataclass
class _Place:
    """A place for one child; whoever dies in it is replaced, after a pause if it died young."""

    number: int
    child: Child | None = None
    _started: float = 0.0
    _next_start: float = 0.0
    _pause: float = field(default=0.0)

    def look(self) -> None:
        """Start the child, or one in its place."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is not None:
            self._bury(self.child, now)
        if self.child is None and now >= self._next_start:
            command = flask_command("worker", "--child", str(self.number))
            self.child = start_child(without_docstrings(command))
            self._started = now

    def _bury(self, child: Child, now: float) -> None:
        log.error("worker.died", place=self.number, status=child.returncode)
        metrics.forget_process(child.pid)
        lived_long = now - self._started > LIVED_LONG_SECONDS
        self._pause = 0.0 if lived_long else min(max(0.2, 2 * self._pause), LONGEST_PAUSE_SECONDS)
        self._next_start = now + self._pause
        self.child = None
        _ask_for_repairs()


def _work(*, is_first: bool) -> None:
    """Run jobs until SIGTERM. The first child also asks for the periodic ones, and seals."""
    for part in ("Worker", "Scheduler"):
        logging.getLogger(f"huey.consumer.{part}").addFilter(_SaysItOnce())
    consumer = Consumer(
        queue.open(),
        workers=THREADS,
        periodic=is_first,
        initial_delay=POLLS_AFTER_SECONDS,
        max_delay=POLLS_AT_LEAST_EVERY_SECONDS,
        shutdown_timeout=JOBS_END_WITHIN_SECONDS,
        graceful_signal="TERM",
    )
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    engine = SendingEngine(app, consumer.stop_flag, lanes=current_settings().smtp_connections)
    sealing = SealingThread(app, consumer.stop_flag)
    engine.start()
    if is_first:
        sealing.start()
    consumer.run()
    if is_first:
        sealing.join(LANES_END_WITHIN_SECONDS)
    has_ended = engine.join(LANES_END_WITHIN_SECONDS)
    if has_ended and not has_letters_in_hand(current_worker()):  # else they are recovered
        sign_off()


class _SaysItOnce(logging.Filter):
    """While the queue is out of reach huey says so many times a second, with a trace each time."""

    _silent_until = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Let one line through, and nothing for some seconds."""
        now = time.monotonic()
        if now < self._silent_until:
            return False
        self._silent_until = now + SILENT_SECONDS
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.getMessage()} {kind.__name__ if kind else ''}".strip()
        record.args, record.exc_info = (), None
        return True
