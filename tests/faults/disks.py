"""A small disk of its own, in memory, that can be filled up and freed again."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

import pytest


class SmallDisk:
    """A disk of some megabytes, mounted at a folder; only root can mount one."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._ballast = folder / "ballast"

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            pytest.skip("Only root can mount a small disk.")
        self.folder.mkdir(parents=True, exist_ok=True)
        size = f"size={self._megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self.folder], check=True)
        return self

    def __exit__(self, *_error: object) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    def fill(self) -> None:
        """Fill it completely."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for block in (1 << 20, 4096):
                while shutil.disk_usage(self.folder).free >= block:
                    ballast.write(bytes(block))

    def free(self) -> None:
        """Free the space again."""
        self._ballast.unlink()
