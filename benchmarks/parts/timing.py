"""Launches a campaign, polls it until every email has a result, and measures the times."""

import statistics
import subprocess
import time
from dataclasses import dataclass, field

from benchmarks.parts.installation import Installation
from benchmarks.parts.processes import cpu_of_ended, cpu_seconds, peak_megabytes
from benchmarks.parts.sink import Sink
from supporters.database import db
from supporters.delivery.progress import Progress, get_progress

LOOK_EVERY_SECONDS = 0.01
COUNT_EVERY_SECONDS = 0.5
GIVES_UP_AFTER_SECONDS = 60.0


@dataclass(kw_only=True)
class Run:
    """The measurements of one campaign. Times are of the monotonic clock, in seconds."""

    began: float = field(default_factory=time.monotonic)
    launched: float = 0.0
    first: float = 0.0
    ended: float = 0.0
    received: int = 0
    cpu_seconds: float = 0.0
    check_cpu_seconds: float = 0.0
    launch_cpu_seconds: float = 0.0
    database_cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0
    count_seconds: list[float] = field(default_factory=list)
    progress: Progress = field(default_factory=lambda: Progress(audience=0))

    @property
    def seconds(self) -> float:
        """Seconds from the first accepted email to the last one recorded in the ledger."""
        return self.ended - self.first

    @property
    def rate(self) -> float:
        """Emails per second, over those seconds."""
        return self.progress.accepted / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """CPU time of the worker processes per email, user and system."""
        return 1e6 * self.cpu_seconds / max(1, self.received)

    @property
    def database_cpu_microseconds(self) -> float:
        """CPU time of the database server per email; 0 if it isn't a process of this run."""
        return 1e6 * self.database_cpu_seconds / max(1, self.received)

    @property
    def check_cpu_microseconds(self) -> float:
        """CPU time of the workers before the first email, of each: the check of all consents."""
        return 1e6 * self.check_cpu_seconds / max(1, self.received)

    @property
    def launch_cpu_microseconds(self) -> float:
        """CPU time of the command that launched, and of the database meanwhile, of each email."""
        return 1e6 * self.launch_cpu_seconds / max(1, self.received)

    @property
    def status_milliseconds(self) -> float:
        """The median time of `get_progress` during the sending."""
        return 1000 * statistics.median(self.count_seconds or [0.0])


class CampaignWatch:
    """Polls one campaign from outside."""

    def __init__(self, installation: Installation, sink: Sink, campaign: int) -> None:
        self._installation = installation
        self._sink = sink
        self._campaign = campaign
        self._taken_before = sink.count()

    def time_campaign(self, worker: int) -> Run:
        """Launch, wait until every email has a result, and return the measurements.

        `worker` is the process id of `flask worker`. Raises SystemExit if the campaign stalls.
        """
        database = self._installation.database_process
        used, used_by_database = cpu_seconds(worker), cpu_seconds(database)
        run, ended = Run(), cpu_of_ended()
        with self._installation.started("campaigns", "launch", str(self._campaign)) as launch:
            self._wait_for_start(run, launch, worker)
        run.check_cpu_seconds -= used
        run.launch_cpu_seconds += cpu_of_ended() - ended - used_by_database
        self._see_the_end(run)
        run.received = self._received()
        run.cpu_seconds = cpu_seconds(worker) - used
        run.database_cpu_seconds = cpu_seconds(database) - used_by_database
        run.peak_megabytes = peak_megabytes(worker)
        return run

    def _received(self) -> int:
        return self._sink.count() - self._taken_before

    def _wait_for_start(self, run: Run, launch: subprocess.Popen[bytes], worker: int) -> None:
        """Record the end of the command and the arrival of the first email, in either order."""
        while not (run.first and run.launched):
            time.sleep(LOOK_EVERY_SECONDS)
            now = time.monotonic()
            if not run.first and self._received():
                run.first, run.check_cpu_seconds = now, cpu_seconds(worker)
            if not run.launched and launch.poll() is not None:
                run.launched = now
                run.launch_cpu_seconds = cpu_seconds(self._installation.database_process)
            if run.launched and now - run.launched > GIVES_UP_AFTER_SECONDS:
                raise SystemExit("No mail arrives.")

    def _see_the_end(self, run: Run) -> None:
        moved = counted = time.monotonic()
        received = 0
        while run.progress.settled < run.progress.audience or not run.progress.audience:
            time.sleep(LOOK_EVERY_SECONDS)
            now = time.monotonic()
            if received != (received := self._received()):
                moved = now
            elif now - moved > GIVES_UP_AFTER_SECONDS:
                raise SystemExit(f"No mail arrives any more: {run.progress}")
            is_over = received >= run.progress.audience
            if is_over or now - counted > COUNT_EVERY_SECONDS:
                counted = now
                self._count(run, is_over=is_over)

    def _count(self, run: Run, *, is_over: bool) -> None:
        with self._installation.app.app_context():
            db.session.connection()
            started = time.monotonic()
            run.progress = get_progress(self._campaign)
            run.ended = time.monotonic()
        if not is_over:
            run.count_seconds.append(run.ended - started)
