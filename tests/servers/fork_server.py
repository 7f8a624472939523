"""Starts `python -m …` and `python -c …` as forks of one process that has loaded the program.

Loading it takes most of a start, and the tests start hundreds of processes. A fork has an id,
files, variables and signals of its own, and can be killed like any other. It becomes a child of
the process that asked, which alone can wait for it.
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
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PR_SET_CHILD_SUBREAPER = 36
LONGEST_REQUEST = 100_000  # bytes
# Read by Python, the C library or the linker as a program starts: a fork would not notice them.
READ_AT_THE_START = ("FAKETIME", "LANG", "LC_", "LD_", "MALLOC_", "PYTHON", "TZ")
HOW = {"cwd", "env", "stdin", "stdout", "stderr", "text", "start_new_session"}

_one_at_a_time = threading.Lock()


class Start(NamedTuple):
    """The program that a fork shall run, and its surroundings."""

    option: str  # -m or -c
    program: str
    arguments: list[str]
    variables: dict[str, str]
    folder: str
    is_leader: bool  # of a new session

    def become(self) -> None:
        """Make this process what executing Python would make it."""
        if self.is_leader:
            os.setsid()
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.variables)
        sys.path[0] = self.folder
        sys.argv = [self.program if self.option == "-m" else "-c", *self.arguments]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.option == "-m":
            runpy.run_module(self.program, run_name="__main__", alter_sys=True)
        else:
            exec(compile(self.program, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102


class ForkedPopen(subprocess.Popen[Any]):
    """A `subprocess.Popen` whose process is a fork of the process that has loaded the program."""

    def _execute_child(self, *values: Any) -> None:
        names = [*inspect.signature(subprocess.Popen._execute_child).parameters][1:]  # type: ignore[attr-defined]
        given = dict(zip(names, values, strict=True))
        _, option, program, *arguments = given["args"]
        variables, folder, is_leader = given["env"], str(given["cwd"]), given["start_new_session"]
        own = [given[each] for each in ("p2cread", "c2pwrite", "errwrite")]
        files = [number if file == -1 else file for number, file in enumerate(own)]
        self.pid = _ask(Start(option, program, arguments, variables, folder, is_leader), files)
        self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(given[each] for each in pipes))  # type: ignore[attr-defined]


def can_fork(command: Sequence[str], how: Mapping[str, Any]) -> bool:
    """Tell whether a fork does what this command line does."""
    return (
        command[0] == sys.executable
        and command[1] in ("-m", "-c")
        and HOW.issuperset(how)
        and _read_at_the_start(how["env"]) == _read_at_the_start(os.environ)
    )


def _read_at_the_start(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: each for name, each in variables.items() if name.startswith(READ_AT_THE_START)}


@cache
def _server(_process_id: int) -> socket.socket:
    """Start the process that forks, and return the way to it."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.fork_server", str(its.fileno())],
        cwd=ROOT,
        pass_fds=[its.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a file is buffered as those of the forks shall be
    )
    its.close()
    atexit.register(_end, ours, process)
    return ours


def _end(server: socket.socket, process: subprocess.Popen[bytes]) -> None:
    server.close()
    process.wait()


def _ask(start: Start, files: list[int]) -> int:
    with _one_at_a_time:
        server = _server(os.getpid())
        socket.send_fds(server, [json.dumps(start).encode()], files)
        answer = server.recv(LONGEST_REQUEST)
    assert answer, "The process that forks has ended."
    return int(answer)


def _serve(server: socket.socket) -> Start | None:
    """Fork for each request. A fork returns its own request, this process at the end None."""
    while True:
        request, files, _, _ = socket.recv_fds(server, LONGEST_REQUEST, 3)
        if not request:
            return None
        reader, writer = os.pipe()
        if not (between := os.fork()):
            # The one between them ends at once, so that the asking process becomes the parent.
            if child := os.fork():
                os.write(writer, str(child).encode())
                os._exit(0)
            server.close()
            for number, file in enumerate(files):
                os.dup2(file, number)
            os.closerange(3, max(*files, reader, writer) + 1)
            return Start(*json.loads(request))
        os.waitpid(between, 0)
        server.send(os.read(reader, LONGEST_REQUEST))
        for file in (*files, reader, writer):
            os.close(file)


def _load_the_program() -> None:
    """Load what a start loads and finds out, and forget the application that it makes."""
    import gunicorn.app.wsgiapp  # noqa: F401 - here alone
    import gunicorn.workers.gthread  # noqa: F401
    from sqlalchemy.orm import configure_mappers

    from supporters.migrations.state import known_migrations
    from tests.machinery.compiled_once import TEMPLATES, share_templates

    if folder_of_templates := os.environ.get(TEMPLATES):
        share_templates(folder_of_templates)
    with TemporaryDirectory() as folder:
        os.environ["SUPPORTERS_INSTANCE_DIR"] = folder
        import app  # noqa: F401
    del sys.modules["app"]
    configure_mappers()
    known_migrations()
    gc.collect()
    gc.freeze()


class Ending:
    """Ends a fork, once all is done, before Python frees its memory: that would copy each page."""

    status: int | None = None

    def __call__(self) -> None:
        """End, if the program came to its own end."""
        if self.status is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.status)


def main() -> None:
    """Serve until the process that started this one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ending = Ending()
    atexit.register(ending)  # before all others, so that it comes last
    _load_the_program()
    start = _serve(socket.socket(fileno=int(sys.argv[1])))
    if start:
        try:
            start.become()
            ending.status = 0
        except SystemExit as end:
            ending.status = end.code if isinstance(end.code, int) else int(end.code is not None)
            raise


if __name__ == "__main__":
    main()
