"""A forked command is a process like one that was executed."""

import os
import signal
import sys

import pytest

from supporters.config import Settings
from tests.servers.fork_server import ForkedPopen, can_fork
from tests.servers.processes import (
    ROOT,
    command,
    environment_of,
    run_flask,
    run_to_end,
    start_process,
)


@pytest.fixture
def variables(settings: Settings) -> dict[str, str]:
    return environment_of(settings)


def test_it_has_its_own_output_settings_and_exit_status(variables: dict[str, str]) -> None:
    refused = run_flask({**variables, "SUPPORTERS_BASE_URL": "nowhere"}, "doctor")
    assert refused.returncode == 1
    assert "SUPPORTERS_BASE_URL" in refused.stderr
    assert run_flask(variables, "--version").stdout.startswith("Python")
    assert run_flask(variables, "no-such-command").returncode == 2


def test_a_script_runs_with_its_arguments(variables: dict[str, str]) -> None:
    done = run_to_end([sys.executable, "-c", "import sys; sys.exit(sys.argv[1])", "no"], variables)
    assert (done.returncode, done.stderr) == (1, "no\n")


def test_it_ends_as_a_program_of_python_does(variables: dict[str, str]) -> None:
    last = "import atexit; print(1); atexit.register(print, 2)"
    for end, status, said in (("", 0, ""), ("; exit(3)", 3, ""), ("; 1 / 0", 1, "ZeroDivision")):
        done = run_to_end([sys.executable, "-c", last + end], variables)
        assert (done.returncode, done.stdout) == (status, "1\n2\n"), end
        assert said in done.stderr


def test_it_is_our_child_and_dies_alone(variables: dict[str, str]) -> None:
    one, other = (start_process(command("worker"), variables, stderr=-3) for _ in range(2))
    try:
        assert isinstance(one, ForkedPopen)
        one.kill()
        assert one.wait(20) == -signal.SIGKILL
        assert other.poll() is None
        assert os.waitpid(other.pid, os.WNOHANG) == (0, 0)
    finally:
        other.terminate()
        other.wait(40)


def test_what_a_start_alone_reads_is_executed_anew(variables: dict[str, str]) -> None:
    how = {"cwd": ROOT, "env": variables}
    assert can_fork(command("worker"), how)
    for name in ("LD_PRELOAD", "FAKETIME", "PYTHONWARNINGS", "TZ"):
        assert not can_fork(command("worker"), {**how, "env": {**variables, name: "other"}}), name
    assert not can_fork(command("worker"), {**how, "preexec_fn": os.setsid})
    assert not can_fork(["true"], how)
