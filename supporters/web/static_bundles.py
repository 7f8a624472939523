"""Static files under names with a hash of their content, so that browsers may cache them.

A file never changes under such a name. A style sheet and a script refer to other files by these
names too, so a new image gives its style sheet a new name. The bundles of both are files as well.

Scripts: each module becomes a function that is called once and returns its exports; the bundle has
those of the first. The modules are written in the plain form that this reads: imports in braces,
exports at the beginning of a line. An import from elsewhere (`static/vendor`) stays an import of
the bundle.

A page loads one bundle of style sheets. Bundles are made when the catalogue of static files is
read.
"""

import hashlib
import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

PIECE = re.compile(r'(?P<string>"[^"]*")|/\*.*?\*/|(?P<space>\s+)', re.DOTALL)
AROUND_MARKS = re.compile(r" ?([{};,>]) ?")
LEADING_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")
MARKS = {": ": ":", ";}": "}"}
EVERYWHERE = ("tokens", "base", "layout", "buttons", "messages")
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.MULTILINE)
LEFT_OUT = re.compile(r"^ *(?://.*\n)?|^\n", re.MULTILINE)
MODULES = "js/"
DIGEST_LENGTH = 12
HASHED_NAME = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z0-9]+)", re.ASCII)
REFERENCES = {
    ".css": re.compile(r'(?<=url\(")(?P<path>[^":?#]+)(?="\))'),
    ".js": re.compile(r'(?<= from ")(?P<path>[^":?#]+)(?=";\n)'),
}
Signature = tuple[tuple[str, int, int], ...]


class StyleBundle(NamedTuple):
    """A style sheet that pages load, with its components in their order."""

    name: str
    components: tuple[str, ...]


class NoSuchComponent(Exception):
    """A bundle names a component that isn't in the folder."""


STYLE_BUNDLES = (
    StyleBundle("style/public.css", (*EVERYWHERE, "public", "forms", "signup")),
    StyleBundle("style/home.css", (*EVERYWHERE, "public", "home")),
    StyleBundle("style/article.css", (*EVERYWHERE, "public", "article")),
    StyleBundle("style/waiting.css", (*EVERYWHERE, "public", "signup", "waiting")),
    StyleBundle("style/records.css", (*EVERYWHERE, "public", "records")),
    StyleBundle("style/training.css", ("training",)),
    StyleBundle("style/week.css", ("week",)),
    StyleBundle("style/starts.css", ("starts",)),
    StyleBundle("style/poster.css", (*EVERYWHERE, "poster")),
    StyleBundle("style/stall.css", (*EVERYWHERE, "forms", "signup", "records", "stall")),
    StyleBundle(
        "style/console.css",
        (
            *(*EVERYWHERE, "forms", "records", "tables", "console"),
            *(
                "charts",
                "progress",
                "editor",
                "decision",
                "composer",
                "writing",
                "signup",
                "factors",
                "pictures",
                "article",
            ),
        ),
    ),
)


def make_bundles(contents: Mapping[str, bytes], bundles: Sequence[StyleBundle]) -> dict[str, bytes]:
    """Return the bundles by their names. Raises NoSuchComponent."""
    return {bundle.name: _join(contents, bundle) for bundle in bundles}


def shorten(style: str) -> str:
    """Return a style sheet without comments, and without spaces and zeros that have no meaning."""
    pieces = re.split(r'("[^"]*")', PIECE.sub(_shorten_piece, style))
    return "".join(
        piece if piece.startswith('"') else _shorten_marks(piece) for piece in pieces
    ).strip()


def _join(contents: Mapping[str, bytes], bundle: StyleBundle) -> bytes:
    paths = [f"css/{component}.css" for component in bundle.components]
    if missing := [path for path in paths if path not in contents]:
        raise NoSuchComponent(f"{bundle.name} needs {', '.join(missing)}")
    return "\n".join(shorten(contents[path].decode()) for path in paths).encode()


def _shorten_piece(piece: re.Match[str]) -> str:
    return piece["string"] or (" " if piece["space"] else "")


def _shorten_marks(text: str) -> str:
    text = LEADING_ZERO.sub("", AROUND_MARKS.sub(r"\1", text))
    for long, short in MARKS.items():
        text = text.replace(long, short)
    return text


class ScriptBundle(NamedTuple):
    """A script that pages load, and the module that it begins with."""

    name: str
    first: str


class ModuleProblem(Exception):
    """A module imports one that isn't there, or one that imports it."""


SCRIPT_BUNDLES = (
    ScriptBundle("script/composer.js", "js/composer/main.js"),
    ScriptBundle("script/together.js", "js/together/main.js"),
    ScriptBundle("script/week.js", "js/week/main.js"),
    ScriptBundle("script/stall.js", "js/stall/main.js"),
    ScriptBundle("script/stored-texts.js", "js/stored-texts.js"),
)


def make_scripts(
    contents: Mapping[str, bytes], bundles: Sequence[ScriptBundle]
) -> dict[str, bytes]:
    """Return the bundles by their names. Raises ModuleProblem."""
    return {each.name: _Joining(contents, each).join().encode() for each in bundles}


@dataclass
class _Joining:
    """A bundle that is being made: its modules in the order in which they run."""

    contents: Mapping[str, bytes]
    bundle: ScriptBundle
    names: dict[str, str] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)

    def join(self) -> str:
        first = self._name_of(self.bundle.first, before=())
        exported = ", ".join(EXPORT.findall(self.contents[self.bundle.first].decode()))
        last = [f"export const {{ {exported} }} = {first};\n"] if exported else []
        return "".join([*self.imports, *self.modules, *last])

    def _name_of(self, path: str, before: tuple[str, ...]) -> str:
        """Return the name of a module in the bundle. Its imports are added before it."""
        if path in before or path not in self.contents:
            raise ModuleProblem(" → ".join([*before, path]))
        if path not in self.names:
            if path.startswith(MODULES):
                text = self._read(path, (*before, path))
                self.names[path] = f"module{len(self.names)}"
                self.modules.append(f"const {self.names[path]} = (() => {{\n{text}}})();\n")
            else:
                self.names[path] = f"module{len(self.names)}"
                target = posixpath.relpath(path, posixpath.dirname(self.bundle.name))
                self.imports.append(f'import * as {self.names[path]} from "{target}";\n')
        return self.names[path]

    def _read(self, path: str, before: tuple[str, ...]) -> str:
        """Return the text of a module: its imports are constants, and it returns its exports."""

        def replace(found: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
            return f"const {{{found[1]}}} = {self._name_of(target, before)};\n"

        text = IMPORT.sub(replace, self.contents[path].decode())
        exported = ", ".join(EXPORT.findall(text))
        return LEFT_OUT.sub("", EXPORT.sub("", text)) + f"return {{ {exported} }};\n"


Bundle = StyleBundle | ScriptBundle
BUNDLES: tuple[Bundle, ...] = (*STYLE_BUNDLES, *SCRIPT_BUNDLES)


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
