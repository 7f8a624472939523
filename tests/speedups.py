"""Removes needless costs from the tests: each of them makes an application and accounts.

An application of its own for each test shares nothing with the one before; but its routes,
templates, texts and statements are the same, so each process reads and compiles them once.
"""

import os
from pathlib import Path
from shutil import disk_usage
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import alembic.util
from babel import Locale, support
from flask import Blueprint, Flask
from flask_security import core
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from passlib.context import CryptContext
from sqlalchemy import Connection, Dialect, Engine, text
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory

from supporters import ROOT
from supporters.migrations import state
from supporters.organisers import sign_in
from supporters.web import hashed_files

STATIC = ROOT / "static"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a server's data, which is gone with the test
ENOUGH_BYTES = 2 << 30
STATEMENTS = 5000
ADDS_A_ROUTE = "Blueprint.add_url_rule.<locals>.<lambda>"
Routes = tuple[list[Rule], dict[str, Any]]


def memory_folder() -> Path | None:
    """Return a folder in memory, if there is one with space: copying a database there is quick."""
    has_room = IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ENOUGH_BYTES
    return IN_MEMORY if has_room else None


def keep_files_in_memory() -> None:
    """Let pytest make the folders of the tests in memory: SQLite waits for the disk otherwise."""
    if folder := memory_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def hash_passwords_quickly() -> None:
    """Give argon2 its lowest cost: otherwise each account takes a tenth of a second."""
    least = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    sign_in.CONFIG["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = least


def compile_routes_once() -> None:
    """Keep Werkzeug's compiled routes: applications with the same rules share those of the first.

    A map of routes notes its rules and compiles them when they are first needed. Many tests never
    need them. None may be added later, because other applications have the same routes.
    """
    Flask.url_rule_class = staticmethod(_find_rule)  # type: ignore[assignment]
    add, update = Map.add, Map.update
    known: dict[tuple[object, ...], Map] = {}

    def note(routes: Map, rules: RuleFactory) -> None:
        if not routes._remap:
            raise RuntimeError("A route was added after the first use of the routes.")
        vars(routes).setdefault("noted", []).extend(rules.get_rules(routes))

    def compile_noted(routes: Map) -> None:
        with routes._remap_lock:
            if not routes._remap:
                return
            noted = vars(routes).pop("noted", [])
            key = (routes.host_matching, *map(_number_rule, noted))
            if key in known:
                routes._matcher = known[key]._matcher
                routes._rules_by_endpoint = known[key]._rules_by_endpoint
                routes._remap = False
                return
            for rule in noted:
                add(routes, _make_anew(rule))
        update(routes)
        known[key] = routes

    Map.add, Map.update = note, compile_noted  # type: ignore[method-assign]


def give_blueprints_their_routes_once() -> None:
    """Keep the routes that a blueprint gave an application: it gives the next one the same.

    Flask looks at the methods and options of 317 routes anew otherwise: 1.5 ms for an application.
    """
    register = Blueprint.register
    known: WeakKeyDictionary[Blueprint, dict[str, Routes]] = WeakKeyDictionary()

    def register_known(blueprint: Blueprint, app: Flask, options: dict[str, Any]) -> None:
        found = known.setdefault(blueprint, {})
        steps, noted = blueprint.deferred_functions, vars(app.url_map).setdefault("noted", [])
        how, first = repr(options), len(noted)
        if how in found:
            rules, views = found[how]
            blueprint.deferred_functions = [
                step for step in steps if step.__qualname__ != ADDS_A_ROUTE
            ]
            noted += rules
            app.view_functions |= views
        register(blueprint, app, options)
        blueprint.deferred_functions = steps
        if how not in found:
            rules = noted[first:]
            found[how] = rules, {each.endpoint: app.view_functions[each.endpoint] for each in rules}

    Blueprint.register = register_known  # type: ignore[assignment,method-assign]


_rules: dict[tuple[str, str], Rule] = {}
_numbers: dict[tuple[object, ...], int] = {}


def _find_rule(path: str, **given: Any) -> Rule:
    """Return the rule that an application made of the same values before. No map has it."""
    key = path, repr(given)
    if key not in _rules:
        _rules[key] = Rule(path, **given)
        vars(_rules[key])["given"] = given
    return _rules[key]


def _make_anew(rule: Rule) -> Rule:
    """Return a rule for a map alone: a map changes its rules."""
    if "given" not in vars(rule):
        return rule
    made = Rule(rule.rule, **vars(rule)["given"])
    made.provide_automatic_options = rule.provide_automatic_options
    return made


def _number_rule(rule: Rule) -> tuple[int, bool | None]:
    """Return a number that rules have in common if an application gave them the same values."""
    has_number = vars(rule)
    if "number" not in has_number:
        methods = frozenset(rule.methods or ())
        place = (rule.rule, rule.endpoint, methods, repr(rule.defaults), rule.host, rule.subdomain)
        how = (rule.strict_slashes, rule.merge_slashes, rule.build_only, rule.redirect_to)
        described = (*place, *how, rule.alias, rule.websocket)
        has_number["number"] = _numbers.setdefault(described, len(_numbers))
    return has_number["number"], rule.provide_automatic_options


def make_hashing_contexts_once() -> None:
    """Keep what passlib makes of the schemes of passwords: it takes 0.4 ms for an application."""
    known: dict[str, CryptContext] = {}

    def find(**options: Any) -> CryptContext:
        key = repr(options)
        if key not in known:
            known[key] = CryptContext(**options)
        return known[key]

    core.CryptContext = find


def read_catalogues_once() -> None:
    """Keep the translations that were read: each application reads the files again otherwise."""
    read = support.Translations.load
    known: dict[tuple[str, ...], support.NullTranslations] = {}

    def read_once(folder: str, locales: list[Locale], domain: str) -> support.NullTranslations:
        key = (str(folder), domain, *map(str, locales))
        if key not in known:
            known[key] = read(folder, locales, domain)
        return known[key]

    support.Translations.load = read_once  # type: ignore[assignment,method-assign]


def read_migrations_once() -> None:
    """Keep the migrations that were read: each command of Alembic reads all files otherwise."""
    load = alembic.util.load_python_file
    known: dict[tuple[Path, int], ModuleType] = {}

    def load_once(folder: str | Path, name: str) -> ModuleType:
        file = Path(folder, name)
        if file.name == "env.py":
            return load(folder, name)  # it runs the command
        key = file, file.stat().st_mtime_ns
        if key not in known:
            known[key] = load(folder, name)
        return known[key]

    alembic.util.load_python_file = load_once


def compare_schemas_once() -> None:
    """Keep what comparing a schema of SQLite with the models found: its text decides that."""
    compare = state.list_differences
    known: dict[tuple[object, ...], list[str]] = {}

    def compare_once(connection: Connection) -> list[str]:
        if connection.dialect.name != "sqlite":
            return compare(connection)
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"))
        schema = tuple(map(tuple, rows))
        if schema not in known:
            known[schema] = compare(connection)
        return [*known[schema]]

    state.list_differences = compare_once


def look_at_static_files_once() -> None:
    """Keep the dates of our static files: in development, each page looks at 73 of them."""
    look = hashed_files._sign
    ours = look(STATIC)

    def look_once(folder: Path, prefix: str = "") -> hashed_files.Signature:
        return ours if (folder, prefix) == (STATIC, "") else look(folder, prefix)

    hashed_files._sign = look_once


class _Templates(BytecodeCache):
    """The compiled templates, by their name and their text; in a folder for all test processes."""

    shared: FileSystemBytecodeCache | None = None

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Return a template that is compiled already."""
        key = bucket.key, bucket.checksum
        if key not in self._known and self.shared is not None:
            self.shared.load_bytecode(bucket)
            if bucket.code is not None:
                self._known[key] = bucket.code
        bucket.code = self._known.get(key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._known[bucket.key, bucket.checksum] = bucket.code
        if self.shared is not None:
            self.shared.dump_bytecode(bucket)


_templates = _Templates()
_statements = LRUCache(STATEMENTS)
_dialects: dict[str, Dialect] = {}


def compile_templates_once(app: Flask) -> None:
    """Let an application use the templates that another one of this process compiled."""
    app.jinja_env.bytecode_cache = _templates


def share_compiled_templates(folder: Path) -> None:
    """Let this process use the templates that other test processes compiled."""
    folder.mkdir(exist_ok=True)
    _templates.shared = FileSystemBytecodeCache(str(folder))


def compile_statements_once(engine: Engine) -> None:
    """Let an engine use the statements that another one of this process compiled.

    The dialect keeps them, so engines of one kind share one dialect; the first of them connects for
    that, because a dialect learns about its server at the first connection.
    """
    name = engine.dialect.name
    if name not in _dialects:
        engine.connect().close()
        _dialects[name] = engine.dialect
    engine.dialect = _dialects[name]
    engine._compiled_cache = _statements
