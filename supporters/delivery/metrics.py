"""The figures of a worker for Prometheus: counted once a batch, and only when somebody asks.

The supervisor names a folder in PROMETHEUS_MULTIPROC_DIR; its children count into files there, and
it adds them up. The library reads that variable as it is imported: so that is done late, here.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask

from supporters.delivery.results import Result

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def count_batch(results: Sequence[Result], *, seconds: float, trouble: str = "") -> None:
    """Count what became of a batch, how long it took from claim to record, and its trouble."""
    if is_counting():
        from supporters.delivery import prometheus_meters  # noqa: PLC0415 - it reads the variable

        outcomes = Counter(reply.outcome for _, reply in results)
        prometheus_meters.count_batch(outcomes, seconds=seconds, trouble=trouble)


@contextmanager
def at_work() -> Iterator[None]:
    """Count the lane that does this as being at work."""
    if not is_counting():
        yield
        return
    from supporters.delivery import prometheus_meters  # noqa: PLC0415 - it reads the variable

    with prometheus_meters.LANES_AT_WORK.track_inprogress():
        yield


def is_counting() -> bool:
    """Tell whether this process was started by a supervisor that shows figures."""
    return FOLDER_VARIABLE in os.environ


def serve(app: Flask, *, host: str, port: int) -> None:
    """Show the figures over HTTP, from a thread of this process. Raises OSError: port taken."""
    folder = app.extensions["settings"].instance_dir / "metrics" / str(port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[FOLDER_VARIABLE] = str(folder)
    from supporters.delivery import prometheus_meters  # noqa: PLC0415 - it reads the variable

    prometheus_meters.serve(app, folder, host=host, port=port)


def forget_process(process_id: int) -> None:
    """Take a process that ended out of what is at work; what it counted stays counted."""
    if is_counting():
        from supporters.delivery import prometheus_meters  # noqa: PLC0415 - it reads the variable

        prometheus_meters.forget_process(process_id)
