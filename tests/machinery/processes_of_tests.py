"""How the tests share the processes of pytest-xdist, and what all of a process have in common."""

import gc
import os
import signal
from pathlib import Path
from shutil import disk_usage

import pytest

from supporters.sign_in import sign_in
from tests.faults.form import IS_LONG
from tests.machinery.compiled_once import share_templates

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - copies of databases, which are gone with the tests
ENOUGH_BYTES = 2 << 30


def pytest_xdist_auto_num_workers() -> int:
    """Return two for a core: half of the time they wait. The long form is only tests that wait."""
    cores = len(os.sched_getaffinity(0))
    return cores if IS_LONG else 2 * cores


def pytest_configure() -> None:
    """Keep the folders of tests in memory, give passwords the lowest cost, end as by Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers end as well
    if IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    least = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    sign_in.CONFIG["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = least


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the collected tests: they stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)  # an application is garbage after each test


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of this run have."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates(shared_folder: Path) -> None:
    folder = shared_folder / "templates"
    folder.mkdir(exist_ok=True)
    share_templates(str(folder))
