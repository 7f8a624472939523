"""A fork of the loaded program is a process like one that was started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supporters.config import Settings
from tests.fork_server import ForkedProcess, is_forkable
from tests.processes import command, environment_of, run_to_end, start_process

TELL = "import os, sys; print(os.getcwd(), os.environ['OURS'], os.getppid(), sys.argv[1:]); exit(3)"
AT_THE_END = """
import atexit, sys, threading, time
atexit.register(lambda: sys.stdout.write(", handler"))
threading.Thread(target=lambda: time.sleep(0.1) or sys.stdout.write("thread")).start()
"""
WAIT = "import time; print('ready', flush=True); time.sleep(60)"


def python(code: str, *arguments: str) -> list[str]:
    """Return the command line that runs some Python."""
    return [sys.executable, "-c", code, *arguments]


def test_a_fork_has_its_own_folder_variables_arguments_and_status(tmp_path: Path) -> None:
    pipes = {"stdout": subprocess.PIPE, "text": True, "cwd": tmp_path}
    process = start_process(python(TELL, "a b"), {"OURS": "é"}, **pipes)
    assert isinstance(process, ForkedProcess)
    said, _ = process.communicate(timeout=20)
    assert said == f"{tmp_path} é {os.getpid()} ['a b']\n"
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("last_words", "status", "error"),
    [("", 0, ""), ("sys.exit()", 0, ""), ("sys.exit(4)", 4, ""), ("sys.exit('no')", 1, "no\n")],
)
def test_a_fork_ends_after_its_threads_and_with_what_it_registered(
    last_words: str, status: int, error: str
) -> None:
    code = f"{AT_THE_END}\n{last_words}"
    ended = run_to_end(python(code), os.environ)
    assert (ended.returncode, ended.stdout, ended.stderr) == (status, "thread, handler", error)


def test_a_fork_that_fails_says_where() -> None:
    ended = run_to_end(python("1 / 0"), os.environ)
    assert ended.returncode == 1
    assert ended.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_fork_is_killed_and_waited_for() -> None:
    process = start_process(python(WAIT), os.environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert process.poll() is None
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    process.stdout.close()


def test_a_fork_reads_what_it_is_sent_and_says_errors_apart() -> None:
    echo = python("import sys; sys.stderr.write(sys.stdin.read().upper())")
    ended = run_to_end(echo, os.environ, stdin="été")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "ÉTÉ")


@pytest.mark.real_start
def test_a_fork_of_a_command_says_what_a_start_of_it_says(settings: Settings) -> None:
    def said(*, forked: bool) -> str:
        pipe, variables = subprocess.PIPE, environment_of(settings)
        process = start_process(
            command("delivery", "status"), variables, forked=forked, stdout=pipe, text=True
        )
        return str(process.communicate(timeout=60)[0])

    assert said(forked=True) == said(forked=False) != ""


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["/bin/true"], {}),
        ([sys.executable, "-m", "pip"], {}),
        ([sys.executable, "-I", "verify.py"], {}),
        ([sys.executable, "-c", "pass"], {"LD_PRELOAD": "libfaketime.so.1"}),
    ],
    ids=["another program", "another module", "a script", "another library"],
)
def test_other_commands_are_started(words: list[str], variables: dict[str, str]) -> None:
    assert not is_forkable(words, variables)
