"""Counts for Prometheus in web and workers, if a supervisor or gunicorn turned it on.

It names a folder in PROMETHEUS_MULTIPROC_DIR. Its children count into files there, and one of them
adds them up. The library reads that variable at import, so the import happens late, here.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it


class CountedAct(StrEnum):
    """An act of a person that is counted."""

    SIGNUP = "signup"
    CONFIRMATION = "confirmation"
    LEAVING = "leaving"


def count_batch(outcomes: Counter[str], *, seconds: float) -> None:
    """Count the outcomes of a batch, and its time from claim to record."""
    if is_counting():
        _meters().count_batch(outcomes, seconds=seconds)


def count_problem(kind: str) -> None:
    """Count a problem of a sender, each time that it meets it."""
    if is_counting():
        _meters().count_problem(kind)


def expect_returned(effects: Iterable[str]) -> None:
    """Show what emails that come back may do, so that Prometheus sees a rise from zero."""
    if is_counting():
        _meters().expect_returned(effects)


def count_returned(effects: Iterable[str]) -> None:
    """Count emails that came back, by what they did; note the time."""
    if is_counting():
        _meters().count_returned(Counter(effects))


def count_act(act: CountedAct, times: int = 1) -> None:
    """Count acts of people."""
    if is_counting():
        _meters().count_act(act.value, times)


def count_request(group: str, status: str, seconds: float) -> None:
    """Count a request of a group of pages, and how long its visitor waited."""
    if is_counting():
        _meters().count_request(group, status, seconds)


@contextmanager
def at_work() -> Iterator[None]:
    """Count the sender that runs this block as working."""
    if not is_counting():
        yield
        return
    with _meters().SENDERS_AT_WORK.track_inprogress():
        yield


def is_counting() -> bool:
    """Tell whether this process, or the one that started it, shows metrics."""
    return FOLDER_VARIABLE in os.environ


def count_here(instance_dir: Path, port: int) -> None:
    """Let this process and its forks count for the metrics at a port."""
    folder = find_folder(instance_dir, port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[FOLDER_VARIABLE] = str(folder)
    for path in folder.glob("*.db"):
        process_id = path.stem.rpartition("_")[2]
        if not Path("/proc", process_id).exists():  # another worker may show the same port
            path.unlink()
    _meters()  # they are shown from the start, so that Prometheus sees a rise from zero


def find_folder(instance_dir: Path, port: int) -> Path:
    """Return the folder of the counts at a port: in memory, if this system has such a folder.

    A full disk under a mapped file would kill the process that counts.
    """
    if not os.access(MEMORY, os.W_OK):
        return instance_dir / "metrics" / str(port)
    place = hashlib.sha256(str(instance_dir.resolve()).encode()).hexdigest()[:12]
    folder = MEMORY / f"supporters-{os.geteuid()}-{place}-{port}"
    is_foreign = folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.geteuid())
    return instance_dir / "metrics" / str(port) if is_foreign else folder


def remove_process(process_id: int) -> None:
    """Count a process that ended as no longer working; its other counts stay."""
    if is_counting():
        _meters().remove_process(process_id)


@cache
def _meters() -> ModuleType:
    return import_module("supporters.metering.prometheus_meters")
