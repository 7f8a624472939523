"""A worker is alive exactly as long as its process holds its lock."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.delivery.send_journal.worker_registry import (
    REMEMBERED_FOR,
    DeadWorker,
    count_living_workers,
    current_worker,
    forget_worker,
    list_dead_workers,
    unregister,
)

pytestmark = pytest.mark.usefixtures("app")

HOLD = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); "
HOLD += "print('ready', flush=True); sys.stdin.read()"


def test_a_process_keeps_its_name() -> None:
    assert current_worker() == current_worker()
    assert (count_living_workers(), list_dead_workers()) == (1, [])


def test_all_threads_of_a_process_are_one_worker(app: Flask) -> None:
    def name(_number: int) -> str:
        with app.app_context():
            return current_worker()

    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(name, range(40)))
    assert (len(names), count_living_workers()) == (1, 1)


def test_a_worker_that_unregisters_leaves_nothing_behind() -> None:
    name = current_worker()
    unregister()
    assert (count_living_workers(), list_dead_workers()) == (0, [])
    assert current_worker() != name


def test_a_killed_process_is_dead_at_once(app: Flask) -> None:
    current_worker()
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    command = [sys.executable, "-c", HOLD, str(folder / "other.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        assert (count_living_workers(), list_dead_workers()) == (2, [])
        other.kill()
    assert (count_living_workers(), list_dead_workers()) == (1, [DeadWorker("other", is_news=True)])


def test_a_dead_worker_is_news_once_kept_for_a_while_and_then_deleted(app: Flask) -> None:
    current_worker()
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    (folder / "gone.lock").touch()
    (news,) = list_dead_workers()
    forget_worker(news)
    assert list_dead_workers() == [DeadWorker("gone", is_news=False)]
    with time_machine.travel(clock.now() + REMEMBERED_FOR + timedelta(seconds=1), tick=False):
        forget_worker(DeadWorker("gone", is_news=False))
    assert list_dead_workers() == []
