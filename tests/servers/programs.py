"""Programs of Debian packages that some tests run; the gate installs all of them."""

import os
import shutil

import pytest


def find_program(name: str, package: str = "") -> str:
    """Return the path of a program. Without it the test is skipped, which the gate refuses."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"{name} is missing. Run: tests/system-packages {package or name}")
    return path
