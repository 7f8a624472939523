"""Takes out of the tests what only costs time: each of them makes an application and accounts."""

from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage

from werkzeug.routing import Rule

from supporters.organisers import signing_in

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a server's data, which is gone with the test
ENOUGH_BYTES = 2 << 30


def memory_folder() -> Path | None:
    """Return a folder in memory, if there is one with room: copying a database there is quick."""
    has_room = IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ENOUGH_BYTES
    return IN_MEMORY if has_room else None


def hash_passwords_quickly() -> None:
    """Let argon2 take its least: a tenth of a second for each account otherwise."""
    least = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    signing_in.CONFIG["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = least


def compile_routes_once() -> None:
    """Keep what Werkzeug makes of a rule, which is the same for each application."""
    compile_rule = Rule._compile_builder
    known: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (*rule._trace, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_rule(rule, append_unknown)
        return known[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
