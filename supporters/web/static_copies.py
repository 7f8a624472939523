"""Writes static files under their hashed names, with compressed copies beside them.

    python -m supporters.web.static_copies

`make install` runs it. The copies are in build/static, for the program and a proxy. No copy is
deleted: pages that were opened before an upgrade still refer to it.
"""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import brotli

from supporters.program_files import COPIES, STATIC
from supporters.web.static_bundles import BUNDLES, Bundle, read_catalogue

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, compresslevel=9, mtime=0),
    ".br": lambda content: bytes(brotli.compress(content)),
}


def make_copies(
    source: Path = STATIC,
    copies: Path = COPIES,
    bundles: tuple[Bundle, ...] = BUNDLES,
) -> None:
    """Write the missing copies."""
    for file in read_catalogue(source, bundles).by_hashed_name.values():
        copy = copies / file.hashed_name
        if not copy.exists():
            _write_with_compressed(copy, file.content)


def _write_with_compressed(copy: Path, content: bytes) -> None:
    """Write the compressed forms first: if the copy exists, they exist too."""
    _make_folder(copy.parent)
    for ending, compress in COMPRESSORS.items():
        smaller = compress(content)
        if len(smaller) < len(content):
            _write(copy.with_name(copy.name + ending), smaller)
    _write(copy, content)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, readable by a proxy with any umask."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def _write(path: Path, content: bytes) -> None:
    """Write a file atomically, readable by a proxy."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.chmod(0o644)
    unfinished.replace(path)


if __name__ == "__main__":
    make_copies()
