"""Appends lines to the file of the withdrawals, and syncs them to the disk.

People who unsubscribe at the same moment share one sync: the thread that comes first writes the
lines of all that wait, and syncs them together. A line is written once the sync that followed it
has ended. Other processes wait for the lock of the file.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supporters.disk_probe import sync, write_whole


class _Append:
    """Lines that wait: `turn` is set once they are written, or once their thread must write."""

    def __init__(self, lines: bytes) -> None:
        self.lines = lines
        self.turn = threading.Event()
        self.is_done = False
        self.error: BaseException | None = None


class SharedAppends:
    """The appends of a process: one thread writes for all, and then the next one that waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_busy = False
        self._start()

    def append(self, lines: bytes) -> None:
        """Append lines and sync them; all are written, or none. Raises OSError."""
        if self._process != os.getpid():  # a thread of the parent process may have been writing
            self._start()
        own = _Append(lines)
        with self._mutex:
            self._waiting.append(own)
            is_first = not self._is_busy
            self._is_busy = True
        if not is_first:
            own.turn.wait()
        if not own.is_done:
            self._write_for_all()
        if own.error is not None:
            raise OSError(*own.error.args) from own.error

    def _start(self) -> None:
        self._process = os.getpid()
        self._mutex = threading.Lock()
        self._waiting: list[_Append] = []
        self._is_busy = False

    def _write_for_all(self) -> None:
        with self._mutex:
            together, self._waiting = self._waiting, []
        error: BaseException | None = None
        try:
            with locked(self._path) as file:
                append(file, b"\n".join(each.lines for each in together))
        except OSError as failure:
            error = failure
        except BaseException as failure:
            error = failure
            raise
        finally:
            self._end(together, error)

    def _end(self, together: list[_Append], error: BaseException | None) -> None:
        """Tell the result to those whose lines were written, and let the next thread write."""
        with self._mutex:
            following = self._waiting[0] if self._waiting else None
            self._is_busy = following is not None
        for each in together:
            each.error, each.is_done = error, True
            each.turn.set()
        if following is not None:
            following.turn.set()


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Open the file for appending, under an exclusive lock.

    The lock is a file of its own, because the journal may be replaced.
    """
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not os.path.exists(path)  # noqa: PTH110 - a Path takes ten times as long
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if is_new:
                sync(path.parent)
            yield file
        finally:
            os.close(file)
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    name = path.with_suffix(".lock")
    try:
        return os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(name, os.O_RDWR | os.O_CREAT, 0o600)


def append(file: int, lines: bytes) -> None:
    """Append lines to an open file, and sync them: all, or none. Raises OSError."""
    end = os.lseek(file, 0, os.SEEK_END)
    is_incomplete = end > 0 and os.pread(file, 1, end - 1) != b"\n"
    try:
        write_whole(file, (b"\n" if is_incomplete else b"") + lines + b"\n")
    except OSError:
        os.ftruncate(file, end)  # half a line would look like one cut off by a crash
        raise
