"""Static files under names with a hash of their content, so that browsers may cache them.

A file never changes under such a name. A style sheet and a script refer to other files by these
names too, so a new image gives its style sheet a new name. The bundles of both are files as well.
"""

import hashlib
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from supporters.web.script_bundles import SCRIPT_BUNDLES, ScriptBundle, make_scripts
from supporters.web.style_bundles import STYLE_BUNDLES, StyleBundle, make_bundles

DIGEST_LENGTH = 12
HASHED_NAME = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z0-9]+)", re.ASCII)
REFERENCES = {
    ".css": re.compile(r'(?<=url\(")(?P<path>[^":?#]+)(?="\))'),
    ".js": re.compile(r'(?<= from ")(?P<path>[^":?#]+)(?=";\n)'),
}

Bundle = StyleBundle | ScriptBundle
BUNDLES: tuple[Bundle, ...] = (*STYLE_BUNDLES, *SCRIPT_BUNDLES)
Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class HashedFile:
    """A static file: its name in the folder, its hashed name, and its content."""

    name: str
    hashed_name: str
    content: bytes


@dataclass(frozen=True)
class Catalogue:
    """The files of a folder, by plain and by hashed name."""

    by_name: dict[str, HashedFile]
    by_hashed_name: dict[str, HashedFile]


class NoSuchFile(Exception):
    """A style sheet or a script refers to a file that isn't in the folder."""


def read_catalogue(folder: Path, bundles: tuple[Bundle, ...]) -> Catalogue:
    """Return the files of a folder, and its bundles. They are read again when a file changes."""
    return _read(folder, _sign(folder), bundles)


def plain_name(hashed_name: str) -> str | None:
    """Return the name without its hash, or None if it has none."""
    match = HASHED_NAME.fullmatch(hashed_name)
    return match and match["stem"] + match["suffix"]


def _sign(folder: Path, prefix: str = "") -> Signature:
    """Return a signature of the folder that changes with each file."""
    found: list[tuple[str, int, int]] = []
    with os.scandir(folder / prefix) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir():
                found += _sign(folder, f"{name}/")
            else:
                stat = entry.stat()
                found.append((name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))


@lru_cache(maxsize=4)
def _read(folder: Path, signature: Signature, bundles: tuple[Bundle, ...]) -> Catalogue:
    contents = {name: (folder / name).read_bytes() for name, _, _ in signature}
    styles = [each for each in bundles if isinstance(each, StyleBundle)]
    scripts = [each for each in bundles if isinstance(each, ScriptBundle)]
    contents |= make_bundles(contents, styles) | make_scripts(contents, scripts)
    files: dict[str, HashedFile] = {}
    for name in contents:
        _add(name, contents, files)
    return Catalogue(files, {file.hashed_name: file for file in files.values()})


def _add(name: str, contents: Mapping[str, bytes], files: dict[str, HashedFile]) -> HashedFile:
    """Return a file under its hashed name. Files that it refers to come first."""
    if name in files:
        return files[name]
    content = contents[name]
    if posixpath.splitext(name)[1] in REFERENCES:
        content = _refer_to_hashed_names(name, contents, files)
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
    stem, suffix = posixpath.splitext(name)
    files[name] = HashedFile(name, f"{stem}.{digest}{suffix}", content)
    return files[name]


def _refer_to_hashed_names(
    name: str, contents: Mapping[str, bytes], files: dict[str, HashedFile]
) -> bytes:
    """Return a file with hashed names in its references. Raises NoSuchFile."""

    def rename(found: re.Match[str]) -> str:
        path = found["path"]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if target not in contents:
            raise NoSuchFile(f"{name} refers to {path}")
        renamed = posixpath.basename(_add(target, contents, files).hashed_name)
        return posixpath.join(posixpath.dirname(path), renamed)

    reference = REFERENCES[posixpath.splitext(name)[1]]
    return reference.sub(rename, contents[name].decode()).encode()
