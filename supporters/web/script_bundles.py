"""The scripts that are made of several modules: one file, so that a page loads one.

Each module becomes a function that is called once and returns its exports; the bundle has those of
the first. The modules are written in the plain form that this reads: imports in braces, exports at
the beginning of a line. An import from elsewhere (`static/vendor`) stays an import of the bundle.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.MULTILINE)
LEFT_OUT = re.compile(r"^ *(?://.*\n)?|^\n", re.MULTILINE)


class ScriptBundle(NamedTuple):
    """A script that pages load, the module that it begins with, and the folder of its modules."""

    name: str
    first: str
    folder: str


class ModuleProblem(Exception):
    """A module imports one that isn't there, or one that imports it."""


SCRIPT_BUNDLES = (
    ScriptBundle("script/composer.js", "js/composer/main.js", "js/composer/"),
    ScriptBundle("script/together.js", "js/together/main.js", "js/together/"),
    ScriptBundle("script/stall.js", "js/stall/main.js", "js/stall/"),
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
            if path.startswith(self.bundle.folder):
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
