"""A worker's metrics for Prometheus: counted once a batch, and only if they are turned on.

The supervisor names a folder in PROMETHEUS_MULTIPROC_DIR. Its children count into files there, and
one of them adds them up. The library reads that variable at import, so the import happens
late, here.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from supporters.delivery.results import Result
from supporters.extensions import current_settings

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def count_batch(results: Sequence[Result], *, seconds: float, problem: str = "") -> None:
    """Count the results of a batch, its time from claim to record, and its problem."""
    if is_counting():
        from supporters.delivery.engine import prometheus_meters  # noqa: PLC0415 - it reads the variable

        outcomes = Counter(reply.outcome for _, reply in results)
        prometheus_meters.count_batch(outcomes, seconds=seconds, problem=problem)


def count_returned(effects: Iterable[str]) -> None:
    """Count emails that came back, by what they did; note the time."""
    if is_counting():
        from supporters.delivery.engine import prometheus_meters  # noqa: PLC0415 - it reads the variable

        prometheus_meters.count_returned(Counter(effects))


@contextmanager
def at_work() -> Iterator[None]:
    """Count the sender that runs this block as working."""
    if not is_counting():
        yield
        return
    from supporters.delivery.engine import prometheus_meters  # noqa: PLC0415 - it reads the variable

    with prometheus_meters.SENDERS_AT_WORK.track_inprogress():
        yield


def is_counting() -> bool:
    """Tell whether a supervisor that shows metrics started this process."""
    return FOLDER_VARIABLE in os.environ


def count_here(port: int) -> None:
    """Let this process and its forks count for the metrics at a port."""
    folder = current_settings().instance_dir / "metrics" / str(port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[FOLDER_VARIABLE] = str(folder)
    for path in folder.glob("*.db"):
        process_id = path.stem.rpartition("_")[2]
        if not Path("/proc", process_id).exists():  # another worker may show the same port
            path.unlink()


def serve(app: Flask, *, host: str, port: int) -> None:
    """Serve the metrics over HTTP from a thread. Raises OSError if the port is taken."""
    from supporters.delivery.engine import prometheus_meters  # noqa: PLC0415 - it reads the variable

    folder = Path(os.environ[FOLDER_VARIABLE])
    prometheus_meters.serve(app, folder, host=host, port=port)


def remove_process(process_id: int) -> None:
    """Count a process that ended as no longer working; its other counts stay."""
    if is_counting():
        from supporters.delivery.engine import prometheus_meters  # noqa: PLC0415 - it reads the variable

        prometheus_meters.remove_process(process_id)
