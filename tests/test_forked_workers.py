"""`pytest --processes` runs each test once, tells all results, and outlives a test's process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = """
import os, pytest
from tests.forked_workers import make_meanwhile

def pytest_collection(session):
    make_meanwhile(session.config, lambda folder: note(f"made {folder.is_dir()}"))

def note(what):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{what} {os.getpid()}\\n")

@pytest.fixture(scope="session")
def server():
    note("server began")
    yield
    note("server ended")

@pytest.fixture(autouse=True)
def noted(request, server, tmp_path):
    note(request.node.nodeid)
"""
PASSING = "\n".join(f"def test_{name}(): pass" for name in "abc")
TROUBLED = """
import os, pytest
def test_false(): print("said"); assert 1 == 2
def test_dies(): os.kill(os.getpid(), 9)
def test_after_it(): pass
def test_skipped(): pytest.skip("why")
"""
WAITING = "import time\ndef test_waits(): time.sleep(60)"


@dataclass(frozen=True)
class Run:
    """A run of pytest: its status, what it wrote, and what its tests noted."""

    status: int
    text: str
    notes: Sequence[str]

    def processes_of(self, file: str) -> set[str]:
        """Return the processes that ran the tests of a file."""
        return {each.rpartition(" ")[2] for each in self.notes if each.startswith(file)}

    def count(self, what: str) -> int:
        """Return how often something was noted."""
        return sum(each.startswith(what) for each in self.notes)


def start(folder: Path, *options: str, **files: str) -> "subprocess.Popen[str]":
    """Start pytest on some files, in three processes."""
    for name, content in {"conftest": CONFTEST, **files}.items():
        (folder / f"{name}.py").write_text(content)
    (folder / "pytest.ini").touch()
    plugins = ["-p", "tests.forked_workers", "-p", "no:cacheprovider"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins, "--processes=3", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NOTES": str(folder / "notes")},
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(pytest_process: "subprocess.Popen[str]", folder: Path) -> Run:
    text, _ = pytest_process.communicate(timeout=60)
    return Run(pytest_process.returncode, text, (folder / "notes").read_text().splitlines())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """Return a run of files with passing tests, and of one with troubles."""
    files = {"test_one": PASSING, "test_two": PASSING, "test_bad": TROUBLED, "test_four": PASSING}
    return finish(start(folder, "--junitxml=result.xml", **files), folder)


def test_each_test_runs_once_and_the_status_tells_of_a_failure(run: Run) -> None:
    assert "2 failed, 10 passed, 1 skipped" in run.text
    assert run.count("test_") == 13
    assert run.status == pytest.ExitCode.TESTS_FAILED


def test_a_failure_is_shown_with_what_the_test_wrote(run: Run) -> None:
    assert "assert 1 == 2" in run.text
    assert "said" in run.text.partition("Captured stdout call")[2]


def test_a_process_that_dies_fails_its_test_and_the_next_one_still_runs(run: Run) -> None:
    assert "FAILED test_bad.py::test_dies - The process ended during this test: -9." in run.text
    assert run.count("test_bad.py::test_after_it") == 1


def test_one_process_runs_all_of_a_file(run: Run) -> None:
    assert [len(run.processes_of(f"test_{name}.py")) for name in ("one", "two", "four")] == [1] * 3
    assert len(run.processes_of("test_")) > 1


def test_what_a_process_made_for_all_its_tests_ends_with_it(run: Run) -> None:
    assert run.count("server began") == run.count("server ended") + 1  # one died


def test_what_is_made_beside_the_loading_is_made_once(run: Run) -> None:
    assert run.count("made True") == 1


def test_the_file_of_results_has_each_test(run: Run, folder: Path) -> None:
    result = (folder / "result.xml").read_text()
    assert 'failures="2" skipped="1" tests="13"' in result
    assert result.count("<testcase ") == run.count("test_")


def test_no_test_begins_after_the_first_failure_if_so_asked(tmp_path: Path) -> None:
    troubled = f"{TROUBLED}\ndef test_never(): pass"
    stopped = finish(start(tmp_path, "-x", test_bad=troubled), tmp_path)
    assert "stopping after 1 failures" in stopped.text
    assert (stopped.count("test_"), stopped.count("server ended")) == (1, 1)


def test_only_the_chosen_tests_run(tmp_path: Path) -> None:
    chosen = finish(start(tmp_path, "-k", "test_b", test_one=PASSING, test_two=PASSING), tmp_path)
    assert "2 passed, 4 deselected" in chosen.text
    assert chosen.status == pytest.ExitCode.OK


def test_an_interrupt_ends_what_the_processes_made(tmp_path: Path) -> None:
    waits = start(tmp_path, test_one=WAITING, test_two=WAITING)
    while not (tmp_path / "notes").exists() or "waits" not in (tmp_path / "notes").read_text():
        time.sleep(0.01)
    for child in Path(f"/proc/{waits.pid}/task/{waits.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGINT)  # a terminal sends it to all
    waits.send_signal(signal.SIGINT)
    interrupted = finish(waits, tmp_path)
    assert interrupted.status == pytest.ExitCode.INTERRUPTED
    assert interrupted.count("server ended") == interrupted.count("server began")
