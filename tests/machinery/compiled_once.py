"""Routes, statements and templates that the applications of the tests share: compiled once."""

import os
from typing import Any, ClassVar

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, Engine
from werkzeug.routing import Rule


class RememberedRule(Rule):
    """A route that is compiled once in a process: most of making an application is that."""

    _known: ClassVar[dict[tuple[object, ...], dict[str, Any]]] = {}

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self._made_of = path, repr(options)

    def compile(self) -> None:
        """Compile it, or take what was compiled for a route that was made of the same values."""
        key = *self._made_of, self.subdomain, self.strict_slashes, self.merge_slashes
        if key not in self._known:
            super().compile()
            self._known[key] = {**vars(self)}
            return
        own = {name: vars(self)[name] for name in ("map", "provide_automatic_options")}
        vars(self).update(self._known[key] | own)


Flask.url_rule_class = RememberedRule

TEMPLATES = "COMPILED_TEMPLATES"  # says their folder to the processes that the tests start


def share_templates(folder: str) -> None:
    """Keep the compiled templates in a folder of all processes: they take a quarter of the time."""
    os.environ[TEMPLATES] = folder
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(folder)}


_dialects: dict[str, Dialect] = {}
_statements: dict[Any, Any] = {}


def share_statements(engine: Engine) -> None:
    """Let an engine use the statements that were compiled for others of its kind.

    They belong to a dialect, which learns about its server at the first connection.
    """
    name = engine.dialect.name
    if name not in _dialects:
        engine.connect().close()
        _dialects[name] = engine.dialect
    engine.dialect = _dialects[name]
    engine.update_execution_options(compiled_cache=_statements)
