"""The gate spreads the files whose tests wait, and runs each test as often as without that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate import portion_of, spread

CONFTEST = """
import subprocess, sys, pytest
from tests import gate

gate.CPU_SECONDS = 0.2

def spend():
    count = "from time import process_time\\nwhile process_time() < 0.4: pass"
    subprocess.run([sys.executable, "-c", count], check=True)

@pytest.fixture
def spender():
    return spend

@pytest.fixture(scope="session", autouse=True)
def server():
    yield
    spend()
"""


def is_rare(file: str) -> bool:
    return file.startswith("w")


def test_files_whose_tests_wait_stand_at_equal_distances_the_longest_first() -> None:
    files = ["w", "www", "ww", "a", "b", "c", "d", "e", "f"]
    assert [*spread(files, is_rare)] == ["www", "a", "b", "ww", "c", "d", "w", "e", "f"]


def test_another_measure_than_their_tests_may_say_which_is_the_longest() -> None:
    files = ["w", "www", "ww", "a", "b", "c"]
    assert [*spread(files, is_rare, lambda file: -len(file))] == ["w", "a", "ww", "b", "www", "c"]


@pytest.mark.parametrize("others", range(7))
@pytest.mark.parametrize("rare", range(5))
def test_no_file_is_lost_or_doubled(rare: int, others: int) -> None:
    files = [*("w" * (number + 1) for number in range(rare)), *"abcdefg"[:others]]
    assert sorted(spread(files, is_rare)) == sorted(files)


@pytest.mark.parametrize(
    ("nodeid", "portion"),
    [
        ("tests/mail/test_keys.py::test_a[sqlite]", "tests/mail/test_keys.py"),
        ("tests/faults/test_many.py::test_a[a/b]", "tests/faults/test_many.py::test_a[a/b]"),
        ("tests/test_tokens.py::test_a[/faults/]", "tests/test_tokens.py"),
    ],
)
def test_one_process_runs_a_whole_file_but_a_long_test_stands_alone(
    nodeid: str, portion: str
) -> None:
    assert portion_of(nodeid) == portion


def test_all_files_of_the_browser_are_two_portions() -> None:
    tests = [f"tests/browser/test_{name}.py::test_{name}" for name in "abcdefgh"]
    assert {portion_of(each) for each in tests} == {"browser 0", "browser 1"}


def result_of(folder: Path, test: str) -> str:
    """Return what pytest says at its end of a test, with a server that all tests use."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(test)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.gate", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return run.stdout


def test_a_test_that_takes_too_much_cpu_time_fails(tmp_path: Path) -> None:
    said = result_of(tmp_path, "def test_a(spender): spender()\ndef test_b(): pass")
    assert "ERROR test_it.py::test_a - Failed: It took 0 s of CPU time; the limit" in said


def test_what_the_servers_of_the_run_took_is_not_charged_to_the_last_test(tmp_path: Path) -> None:
    said = result_of(tmp_path, "def test_a(): pass")
    assert "1 passed in" in said
