"""`flask doctor` finds a full disk, on which empty files can still be created."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from supporters.cli.machine_findings import look_at_database_files, look_at_folder
from supporters.config import Settings


@contextmanager
def full_disk() -> Iterator[None]:
    """Let this process create empty files only, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_on_a_full_disk_is_bad(app: Flask, settings: Settings) -> None:
    settings.instance_dir.chmod(0o700)
    assert look_at_folder().state == "right"
    with full_disk():
        (settings.instance_dir / "empty").touch()
        found = look_at_folder()
    assert (found.state, "Nothing can be written" in found.words) == ("wrong", True)
    assert not (settings.instance_dir / ".doctor").exists()


@pytest.mark.parametrize("mode", [0o705, 0o755])
def test_a_folder_that_others_can_open_is_bad(app: Flask, settings: Settings, mode: int) -> None:
    settings.instance_dir.chmod(mode)
    assert look_at_folder().state == "wrong"


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "state"),
    [(0o600, 0o755, "right"), (0o644, 0o700, "look"), (0o644, 0o755, "wrong")],
)
def test_a_database_that_others_can_read_is_named(
    app: Flask, settings: Settings, file_mode: int, folder_mode: int, state: str
) -> None:
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    file.chmod(file_mode)
    file.parent.chmod(folder_mode)
    found = look_at_database_files()
    assert found.state == state
    assert (f"chmod 600 {file}*" in found.words) == (state != "right")
