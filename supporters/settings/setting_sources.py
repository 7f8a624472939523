"""Where settings are given: the environment, credentials of systemd, a file (ADR 116).

A credential is a file of the setting's name in `$CREDENTIALS_DIRECTORY`: neither the environment of
the process nor `systemctl show` has it. The first source that names a setting counts.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PREFIX = "SUPPORTERS_"
SETTINGS_FILE = f"{PREFIX}SETTINGS_FILE"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
QUOTES = "'\""


class SettingSource(StrEnum):
    """Where the value of a setting comes from, the first one that counts first."""

    ENVIRONMENT = "environment"
    CREDENTIAL = "credential"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class SettingOrigins:
    """The source of each given setting, and the lines about sources for the operator."""

    sources: Mapping[str, SettingSource]
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class FileUnreadable(Exception):
    """A settings file with lines that nobody may guess; the text has the first one."""


def collect_variables(
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], SettingOrigins]:
    """Return the settings of all sources, and where each comes from."""
    environment = os.environ if environment is None else environment
    faults: list[str] = []
    doubts: list[str] = []
    given = {SettingSource.ENVIRONMENT: _only_ours(environment)}
    given[SettingSource.CREDENTIAL] = _read_credentials(environment.get(CREDENTIALS, ""), faults)
    if named := environment.get(SETTINGS_FILE, "").strip():
        given[SettingSource.FILE] = _read_named_file(Path(named), faults, doubts)
    values: dict[str, str] = {}
    sources: dict[str, SettingSource] = {}
    for source, variables in given.items():
        for name, value in variables.items():
            if name not in values:
                values[name], sources[name] = value, source
            elif values[name] != value:
                doubts.append(
                    f"{name} is given twice with different values: that of the {sources[name]} "
                    f"counts, and not that of the {source}."
                )
    return values, SettingOrigins(sources, tuple(faults), tuple(doubts))


def read_settings_file(path: Path) -> dict[str, str]:
    """Return the settings in a file of lines `SUPPORTERS_NAME=value`. Raises FileUnreadable.

    A value is taken as it stands, or as it stands between quotes, so that systemd and this
    program read the same (`EnvironmentFile=`): a backslash needs single quotes.
    """
    found: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it isn't UTF-8"
        raise FileUnreadable(
            f"{SETTINGS_FILE} is {path}, which can't be read: {reason}."
        ) from error
    for number, line in _list_lines(lines):
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name.startswith(PREFIX) or not name.isidentifier():
            raise FileUnreadable(f"{path}:{number}: write {PREFIX}NAME=value.")
        if name in found:
            raise FileUnreadable(f"{path}:{number}: {name} is there twice.")
        if (plain := read_value(value)) is None:
            how = "put it into single quotes, as '…'."
            raise FileUnreadable(f"{path}:{number}: {name} has a backslash or quotes: {how}")
        found[name] = plain
    return found


def _list_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with a setting, with their numbers."""
    for number, line in enumerate(lines, 1):
        if (text := line.strip()) and not text.startswith(("#", ";")):
            yield number, text


def read_value(written: str) -> str | None:
    """Return a value without the quotes around it; None if two readers could differ about it."""
    value = written.strip()
    is_quoted = len(value) > 1 and value[0] in QUOTES and value[-1] == value[0]
    if not is_quoted:
        return None if "\\" in value or value[:1] in {*QUOTES} else value
    mark, inside = value[0], value[1:-1]
    is_doubtful = mark in inside or (mark == '"' and any(each in inside for each in "\\$`"))
    return None if is_doubtful else inside


def _only_ours(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith(PREFIX)}


def _read_credentials(folder: str, faults: list[str]) -> dict[str, str]:
    found = {}
    for path in sorted(Path(folder).glob(f"{PREFIX}*")) if folder else ():
        try:
            found[path.name] = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            faults.append(f"{path.name} is a credential that can't be read as UTF-8: {path}.")
    return found


def _read_named_file(path: Path, faults: list[str], doubts: list[str]) -> dict[str, str]:
    try:
        found = read_settings_file(path)
        mode = path.stat().st_mode
    except (FileUnreadable, OSError) as error:
        faults.append(str(error))
        return {}
    if mode & stat.S_IWOTH:
        faults.append(f"{SETTINGS_FILE}: every user can change {path}. Run: chmod 640 {path}")
    elif mode & stat.S_IROTH:
        doubts.append(f"Every user of this machine can read {path}. Run: chmod 640 {path}")
    return found
