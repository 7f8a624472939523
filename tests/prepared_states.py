"""States that many tests begin with: made once in each test process, and copied for each test.

A test marked `begins_with(build)` gets a copy of the database and of the instance folder that
`build` left, and the jobs that it queued. The fixture `prepared` has what `build` returned.
"""

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from supporters.extensions import queue

Build = Callable[[Flask], object]
Job = tuple[Sequence[Any], int]


def begins_with(build: Build) -> pytest.MarkDecorator:
    """Mark tests that begin with the state that a function makes."""
    return pytest.mark.begins_with.with_args(build)


@dataclass(frozen=True)
class PreparedState:
    """A state: a template of the database, the instance folder, the queue, and a value."""

    template: str  # a file for SQLite, otherwise a name
    instance: Path | None = None
    jobs: Sequence[Job] = ()
    value: Any = None

    def copy_instance(self, folder: Path) -> None:
        """Copy the instance folder to its place in the folder of a test."""
        if self.instance is not None:
            shutil.copytree(self.instance, folder, dirs_exist_ok=True)

    def queue_jobs(self) -> None:
        """Queue the jobs that waited."""
        for (name, *arguments), priority in self.jobs:
            queue.later(name, *arguments, priority=priority)


def take_jobs() -> list[Job]:
    """Take all jobs out of the queue."""
    huey, jobs = queue.open(), []
    while (task := huey.dequeue()) is not None:
        jobs.append((task.args, task.priority))
    return jobs


def make_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first test process makes; the others wait for it."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that died
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def copy_with_owners(source: Path, target: Path) -> None:
    """Copy a folder with the owners of its files: PostgreSQL starts in a folder of its own only."""
    subprocess.run(["cp", "--archive", "--no-target-directory", source, target], check=True)
