"""Writes the settings file: only the lines that change, whole or not at all, private."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from supporters.settings.setting_sources import read_value

PRIVATE = 0o600


class ValueUnwritable(Exception):
    """A value that no line of the file can hold; the text names its setting."""


def write_settings_file(path: Path, values: Mapping[str, str]) -> None:
    """Give the file these settings; comments and other lines stay. Raises ValueUnwritable, OSError.

    A new file is for its owner alone. An old one keeps its owner and its group; others can't read.
    """
    waiting = {name: _write_line(name, value) for name, value in values.items()}
    lines = path.read_text("utf-8").rstrip("\n").split("\n") if path.exists() else []
    former = [waiting.pop(line.partition("=")[0].strip(), line) for line in lines]
    text = "\n".join([*former, *waiting.values()]) + "\n"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}-", delete=False
    ) as unfinished:
        try:
            unfinished.write(text)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            _protect_as(path, unfinished.fileno())
            Path(unfinished.name).replace(path)
        except OSError:
            Path(unfinished.name).unlink()
            raise


def _protect_as(path: Path, descriptor: int) -> None:
    if not path.exists():
        os.fchmod(descriptor, PRIVATE)
        return
    old = path.stat()
    if os.geteuid() == 0:
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, old.st_mode & 0o770)


def _write_line(name: str, value: str) -> str:
    for form in (value, f"'{value}'"):
        if not {"\n", "\r"} & {*value} and read_value(form) == value:
            return f"{name}={form}"
    raise ValueUnwritable(
        f"{name} has a backslash and a quote, or two lines: choose another value."
    )
