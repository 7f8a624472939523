"""Runs the tools that backups need (age, pg_dump, pg_restore), and ends them in any case."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from supporters.backup.backup_manifest import BackupFault

Tool = subprocess.Popen[bytes]
PIPE = subprocess.PIPE


@contextmanager
def running(
    command: Sequence[str],
    *,
    package: str,
    variables: Mapping[str, str] | None = None,
    files: Sequence[int] = (),
    **streams: int | IO[bytes],
) -> Iterator[Tool]:
    """Run a tool for this block; it is of a package of Debian. Raises BackupFault.

    `files` are descriptors that it gets, too.
    """
    try:
        tool = subprocess.Popen(  # type: ignore[call-overload]
            command, env=variables, stderr=PIPE, pass_fds=files, **streams
        )
    except FileNotFoundError as error:
        how = f"On Debian: apt-get install {package}"
        raise BackupFault(f"The program {command[0]} isn't installed. {how}") from error
    try:
        yield tool
    finally:
        tool.kill()
        tool.wait()
        for each in (tool.stdin, tool.stdout, tool.stderr):
            if each is not None:
                with suppress(BrokenPipeError):
                    each.close()


def read_complaint(tool: Tool) -> str:
    """Wait for the end of a tool that failed; return all that it said."""
    said = tool.stderr.read() if tool.stderr else b""
    tool.wait()
    return said.decode(errors="replace").strip()
