"""Starts our commands as forks of a process that has imported the program.

A command takes 1.4 s of CPU time to start, nine tenths of them for imports; a fork has those. It is
then a process like any other: a child of the process that asked for it, with its own variables,
folder and files. `python -m tests.fork_server` is the server; each test process starts one when it
first needs it. A worker's supervisor has one of its own, for the processes that send.
"""

import atexit
import ctypes
import gc
import inspect
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import gunicorn.app.wsgiapp  # noqa: F401 - for the forks
from sqlalchemy.orm import configure_mappers

from supporters import create_app
from supporters.config import load_settings
from supporters.migrations import state
from tests.speedups import compile_routes_once, read_catalogues_once, read_migrations_once

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
NAME = "fork-server"  # in /proc/…/comm
MODULES = ("flask", "gunicorn", "tests.")
LONGEST_REQUEST = 1 << 17
REAL_CHILDREN = "TESTS_START_CHILDREN_REALLY"  # the variable of a fork that shall not fork its own
STANDARD_FILES = 3
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Request:
    """A process to be. `signal_at_end`: what it gets when its parent ends."""

    command: Sequence[str]
    environment: dict[str, str]
    folder: str
    parent: int
    signal_at_end: int = 0
    own_group: bool = False


class ForkServer:
    """The way to a fork server."""

    def __init__(
        self, connection: socket.socket, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._connection, self._process = connection, process
        self._lock = threading.Lock()

    def start(self, request: Request, files: Sequence[int]) -> int:
        """Start a process with these three standard files; return its id."""
        with self._lock:
            socket.send_fds(self._connection, [json.dumps(asdict(request)).encode()], [*files])
            answer = self._connection.recv(64)
        if not answer:
            raise RuntimeError("The fork server has ended.")
        return int(answer)


@cache
def our_server() -> ForkServer:
    """Return the server of this test process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _adopt_orphans()
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, str(theirs.fileno())],
        cwd=Path(__file__).parents[1],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
    )
    theirs.close()
    return ForkServer(ours, process)


class ForkedProcess(subprocess.Popen[Any]):
    """A process that a fork server started, used like any other one."""

    def __init__(self, server: ForkServer, *arguments: Any, signal_at_end: int = 0, **others: Any):
        self._server = server
        self._signal_at_end = signal_at_end
        super().__init__(*arguments, **others)

    def _execute_child(self, *arguments: Any) -> None:
        given = inspect.signature(super()._execute_child).bind(*arguments).arguments
        request = Request(
            command=[str(each) for each in given["args"]],
            environment=dict(os.environ if given["env"] is None else given["env"]),
            folder=str(given["cwd"] or Path.cwd()),
            parent=os.getpid(),
            signal_at_end=self._signal_at_end,
            own_group=given["process_group"] == 0,
        )
        files = (given[each] for each in ("p2cread", "c2pwrite", "errwrite"))
        inherited = [number if file == -1 else file for number, file in enumerate(files)]
        self.pid = self._server.start(request, inherited)
        self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(given[each] for each in pipes))


def is_forkable(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Tell whether a fork server can start a command: it can't preload a library."""
    return is_ours(command) and "LD_PRELOAD" not in environment


def is_ours(command: Sequence[str]) -> bool:
    """Tell whether a process that has imported the program can run a command."""
    return command[0] == sys.executable and (
        command[1] == "-c" or (command[1] == "-m" and command[2].startswith(MODULES))
    )


def forking(command: Sequence[str]) -> list[str]:
    """Return the command line of a process that runs this one, with forks as its children."""
    return [sys.executable, "-m", __spec__.name, *command[1:]]


def is_fork_server(process_id: int) -> bool:
    """Tell whether a process is a fork server; those are no part of the program."""
    try:
        return Path(f"/proc/{process_id}/comm").read_text().strip() == NAME
    except OSError:
        return False


def _adopt_orphans() -> None:
    """Let this process become the parent of a fork, when the server's process between them ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def _serve(connection: socket.socket) -> tuple[Request, list[int]]:
    """Fork for each request. Return in the fork: what it shall be, and its files."""
    _libc.prctl(PR_SET_NAME, NAME.encode())
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    gc.collect()
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(connection, LONGEST_REQUEST, STANDARD_FILES)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            if os.fork() == 0:
                return Request(**json.loads(message)), files
            os._exit(0)
        os.wait()
        for file in files:
            os.close(file)


def _become(request: Request, files: Sequence[int], connection: socket.socket) -> None:
    """Make this fork the process of a request, and tell its id."""
    while os.getppid() != request.parent:
        time.sleep(0.0005)
    _libc.prctl(PR_SET_NAME, b"python")
    _libc.prctl(PR_SET_PDEATHSIG, request.signal_at_end)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if request.own_group:
        os.setpgid(0, 0)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    connection.send(str(os.getpid()).encode())
    connection.close()


def _give_server_of_its_own() -> None:
    """Let a command that starts processes start them as forks too."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _adopt_orphans()
    if os.fork() == 0:
        ours.close()
        _run(*_serve(theirs), theirs)
    theirs.close()
    server = ForkServer(ours)

    def start_child(command: Sequence[str]) -> subprocess.Popen[bytes]:
        return ForkedProcess(server, [*command], process_group=0, signal_at_end=signal.SIGTERM)

    for name in ("develop", "worker"):
        vars(sys.modules[f"supporters.cli.{name}"])["start_child"] = start_child
    vars(sys.modules["supporters.cli.worker"])["check_schema"] = int  # a third of a start


def _run(request: Request, files: Sequence[int], connection: socket.socket) -> NoReturn:
    """Run the command of a request to its end."""
    _become(request, files, connection)
    _execute(request.command[1:])


def _execute(words: Sequence[str]) -> NoReturn:
    """Run the rest of a command line of Python to its end, in this process."""
    command = [each for each in words if each != "-OO"]
    starts_others = {"develop", "worker"} & {*command} and "--child" not in command
    if starts_others and REAL_CHILDREN not in os.environ:
        _give_server_of_its_own()
    kind, what, *arguments = command
    sys.argv = [what, *arguments]
    sys.path[:1] = [str(Path.cwd()), *os.environ.get("PYTHONPATH", "").split(":")]
    try:
        if kind == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(what, {"__name__": "__main__"})  # noqa: S102 - a test's own code, as `python -c` does
    except SystemExit as end:
        _end(end.code)
    _end(None)


def _end(code: object) -> NoReturn:
    """End as Python does, but free no memory: that takes 110 ms of CPU time in a fork."""
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)  # noqa: T201 - as Python does
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it, or it is closed
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def main() -> None:
    """Serve, with the program imported, and with all that each process would prepare again.

    With a command line instead of a connection, run that one.
    """
    if sys.argv[1].startswith("-"):
        _execute(sys.argv[1:])
    compile_routes_once()
    read_catalogues_once()
    read_migrations_once()
    state._known_migrations()
    configure_mappers()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"SUPPORTERS_INSTANCE_DIR": folder})
        for each in (settings, replace(settings, is_development=False)):
            create_app(each).url_map.update()
    connection = socket.socket(fileno=int(sys.argv[1]))
    _run(*_serve(connection), connection)


if __name__ == "__main__":
    main()
