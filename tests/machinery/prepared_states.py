"""States that many tests begin with: made once in each test process, and copied for each test.

A test marked `begins_with(build)` gets a copy of the database and of the instance folder that
`build` left, and the jobs that it queued. The fixture `prepared` has what `build` returned.
Fixtures made by `made_once` are the same in short: a test that has some begins with their state.
"""

import fcntl
import inspect
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect as inspect_row

from supporters.database import Model, db
from supporters.extensions import queue

Build = Callable[[Flask], object]
Job = tuple[Sequence[Any], int]
MADE_BY = "made_by"


def begins_with(build: Build) -> pytest.MarkDecorator:
    """Mark tests that begin with the state that a function makes."""
    return pytest.mark.begins_with.with_args(build)


def made_once(function: Callable[..., object], *, is_autouse: bool = False) -> Any:
    """Make a fixture of a function, which runs once in a process; each test gets a copy.

    It may take `app`, and other fixtures made like this. No test has the emails that it sent.
    """

    def give(app: Flask, prepared_values: Mapping[str, object], **_others: object) -> object:
        return prepared_values[function.__name__]

    names = dict.fromkeys(("app", "prepared_values", *inspect.signature(function).parameters))
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(name, kind) for name in names])
    vars(give).update({"__signature__": signature, MADE_BY: function})
    return pytest.fixture(name=function.__name__, autouse=is_autouse)(give)


always_made_once = partial(made_once, is_autouse=True)  # for all tests of a module


@dataclass(frozen=True)
class FixtureValues:
    """The fixtures that make the state of a test: their functions by their names."""

    functions: frozenset[tuple[str, Callable[..., object]]]

    def __call__(self, app: Flask) -> dict[str, object]:
        """Return the value of each fixture."""
        functions = dict(self.functions)
        values: dict[str, object] = {"app": app}

        def value_of(name: str) -> object:
            if name not in values:
                needed = inspect.signature(functions[name]).parameters
                values[name] = functions[name](**{each: value_of(each) for each in needed})
            return values[name]

        return {name: value_of(name) for name in sorted(functions)}


def find_build(test: pytest.Item) -> Build | None:
    """Return what makes the state that a test begins with; None for an empty installation."""
    if marker := test.get_closest_marker("begins_with"):
        return marker.args[0]  # type: ignore[no-any-return]
    fixtures: Mapping[str, Any] = test._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    functions = {name: vars(found[-1].func).get(MADE_BY) for name, found in fixtures.items()}
    made = frozenset((name, each) for name, each in functions.items() if each is not None)
    return FixtureValues(made) if made else None


def attach(values: Iterable[object]) -> None:
    """Give the session the rows among some values, as if they were written in it."""
    for each in _list_rows(values):
        db.session.add(each)


def forget_collections(values: Iterable[object]) -> None:
    """Let rows load their collections again: the copy of a loaded one is an unsaved change."""
    for each in _list_rows(values):
        for relationship in inspect_row(each).mapper.relationships:
            if relationship.uselist:
                vars(each).pop(relationship.key, None)


def _list_rows(values: Iterable[object]) -> Iterator[Model]:
    for each in values:
        if isinstance(each, Model):
            yield each
        elif isinstance(each, list | tuple | dict):
            yield from _list_rows(each.values() if isinstance(each, dict) else each)


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
