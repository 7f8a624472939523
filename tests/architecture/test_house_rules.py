"""The rules of the project that no linter checks. Each failure names the place and what to do."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.syntax_trees import ROOT, modules, name, nodes, text_of, tree

LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
LONGEST_VIEW = 15  # lines from its def, without its docstring

FEATURES = {
    *(
        "campaign_totals",
        "backup",
        "restore",
        "evidence",
        "accountability",
        "retention",
        "breaches",
        "cases",
        "my_data",
    ),
    *(
        "personal_data",
        "archive",
        "delivery",
        "delivery_setup",
        "reconfirmation",
        "imports",
        "campaigns",
    ),
    *("signup_forms", "signup", "questions", "sending_times", "lists", "audit", "consent"),
    "transparency_log",
    *("team", "sign_in", "accounts", "notices", "audit_log", "mail_signing"),
    *("mail", "limits", "territory", "people", "mailbox_health", "feedback"),
}
BESIDE_FEATURES = {
    *("smtp_relay", "fast_path", "web", "cli", "development", "training"),
    *("settings", "crypto", "text", "bounce_classes", "metering", "monitoring"),
}
PACKAGES = {*FEATURES, *BESIDE_FEATURES, "migrations", "translations"}

STEMS_OF_EVERY_FEATURE = {
    *("__init__", "acts", "models", "queries", "rules", "states", "forms", "labels"),
}
MOST_IMPORTS_PER_100_LINES = 9.6  # ADR 094: the current value

# The modules that may use `except Exception`, with the reason.
CATCHES_EVERYTHING = {
    "supporters/queue.py": "the outermost loop of the worker: a job that fails must not stop it",
    "supporters/repeating_threads.py": "the same for its other threads",
    "supporters/feedback/reports/report_reader.py": "a stranger's mail: unreadable, and kept",
    "supporters/cli/processes.py": "the outermost frame of a fork: its failure is one line",
    "supporters/web/front.py": "the outermost layer of a request: otherwise its path is logged",
    "supporters/retention/retention_rounds.py": "a category that fails does not stop the others",
    "supporters/feedback/readers/returned_emails.py": "an email that fails stops no other",
    "supporters/cli/feedback/feedback_commands.py": "by any other end the server refuses the email",
    "supporters/retention/inactive_people.py": "a person who fails does not stop the others",
}
# The only modules that commit.
COMMITS = {
    "supporters/database.py": "transaction() and @use_case",
}


def refuse(faults: list[str], what_to_do: str) -> None:
    if faults:
        pytest.fail("\n".join([what_to_do, *(f"  {fault}" for fault in faults)]), pytrace=False)


def test_modules_are_found() -> None:
    assert len(modules("supporters", "tests")) > 1, "No module was found: are the paths right?"


def test_modules_are_short() -> None:
    lengths = {name(p): text_of(p).count("\n") for p in modules("supporters", "tests")}
    refuse(
        [f"{place}: {lines} lines" for place, lines in lengths.items() if lines > LONGEST_MODULE],
        f"A module has at most {LONGEST_MODULE} lines. Move a part with its own name out of it.",
    )


def test_functions_are_short() -> None:
    faults = [
        f"{name(path)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in modules("supporters")
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    refuse(faults, f"A function has at most {LONGEST_FUNCTION} lines. Move a step out of it.")


def test_views_are_short() -> None:
    views = [
        (f"{name(path)}:{node.lineno} {node.name}", lines_of_view(node))
        for path in modules("supporters/web")
        for node in nodes(path, ast.FunctionDef)
        if is_view(node)
    ]
    assert len(views) > 200, "Few views were found: how are they declared now?"
    refuse(
        [f"{place}: {lines} lines" for place, lines in views if lines > LONGEST_VIEW],
        f"A view has at most {LONGEST_VIEW} lines: form, use case, match, render.",
    )


def is_view(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in {"route", "get", "post"}
        for each in node.decorator_list
    )


def lines_of_view(node: ast.FunctionDef) -> int:
    """Return the number of lines of a view without its decorators and its docstring."""
    first, has_docstring = node.body[0], ast.get_docstring(node) is not None
    length = node.end_lineno - node.lineno + 1
    return length - (first.end_lineno - first.lineno + 1 if has_docstring else 0)


def test_modules_say_what_they_are_for() -> None:
    faults = [
        name(path)
        for path in modules("supporters", "tests")
        if text_of(path).strip() and not begins_with_a_sentence(path)
    ]
    refuse(faults, "A module begins with one sentence on what it is for.")


def begins_with_a_sentence(path: Path) -> bool:
    """Tell whether a module begins with a docstring. To read its tokens until then is enough."""
    for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline):
        if token.type not in {tokenize.COMMENT, tokenize.NL}:
            return token.type == tokenize.STRING and bool(ast.literal_eval(token.string))
    return False


def test_nothing_catches_every_exception() -> None:
    faults = [
        f"{name(path)}:{handler.lineno}"
        for path in modules("supporters")
        for handler in nodes(path, ast.ExceptHandler)
        if catches_everything(handler) and not raises_again(handler)
        if name(path) not in CATCHES_EVERYTHING
    ]
    refuse(faults, "Catch the narrowest exception, where something can be done about it.")


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in caught
    )


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_only_transaction_commits() -> None:
    faults = [
        f"{name(path)}:{call.lineno}"
        for path in modules("supporters")
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
        if name(path) not in COMMITS
    ]
    refuse(faults, "A use case is one transaction: only @use_case and transaction() commit.")


def test_steps_of_a_transaction_have_the_decorator() -> None:
    prose = re.compile(r"called\s+(with)?in\s+(a|the)\s+transaction")
    faults = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules("supporters")
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if prose.search(ast.get_docstring(node) or "")
    ]
    refuse(faults, "Use @in_transaction, which checks it, instead of prose.")


def test_advisory_locks_are_taken_by_the_enum_only() -> None:
    faults = [
        name(path)
        for path in modules("supporters")
        if "advisory" in text_of(path) and path.name != "locks.py"
    ]
    refuse(faults, "Add a member to supporters.locks.Lock: one place shows all locks.")


def test_views_and_commands_have_no_session() -> None:
    faults = [
        f"{name(path)}:{node.lineno}"
        for path in modules("supporters/web", "supporters/cli")
        for node in nodes(path, ast.Attribute)
        if node.attr == "session" and isinstance(node.value, ast.Name) and node.value.id == "db"
    ]
    refuse(faults, "Views never query: ask the feature's queries.py or a use case.")


def test_unfinished_work_is_an_issue() -> None:
    mark = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X)\b")
    faults = [
        f"{name(path)}:{number}"
        for path in (*modules("supporters", "tests"), *sorted((ROOT / "templates").rglob("*.*")))
        if mark.search(text_of(path))
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if mark.search(line)
    ]
    refuse(faults, "Do it now, or file an issue; leave no mark in the code.")


def test_feature_files_are_in_feature_folders() -> None:
    faults = [
        name(path)
        for path in modules("supporters")
        if path.name in {"acts.py", "models.py", "states.py", "rules.py", "queries.py"}
        and path.relative_to(ROOT).parts[1] not in FEATURES
    ]
    refuse(faults, "A file of these names belongs in a feature folder.")


def test_every_package_is_in_the_layers() -> None:
    folders = {path.parent.name for path in (ROOT / "supporters").glob("*/__init__.py")}
    refuse(
        sorted(folders - PACKAGES),
        "A new package? Add it to the layers in pyproject.toml and here.",
    )


def test_no_module_has_a_name_without_meaning() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "data", "info"}
    faults = [name(path) for path in modules("supporters", "tests") if path.stem in empty]
    refuse(faults, "Name a module by its subject, or by its effect on it.")


def test_allow_lists_name_modules_that_exist() -> None:
    gone = [place for place in (*CATCHES_EVERYTHING, *COMMITS) if not (ROOT / place).exists()]
    refuse(gone, "An exception for a missing module: remove it.")


def test_no_module_name_occurs_twice() -> None:
    places: dict[str, list[str]] = {}
    for path in modules("supporters"):
        if path.stem not in STEMS_OF_EVERY_FEATURE and "migrations" not in path.parts:
            places.setdefault(path.stem, []).append(name(path))
    faults = [", ".join(found) for found in places.values() if len(found) > 1]
    refuse(faults, "Name each module by its subject: one search has one hit (CONTRIBUTING).")


def test_no_class_name_occurs_twice() -> None:
    places: dict[str, list[str]] = {}
    for path in modules("supporters"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(name(path))
    faults = [f"{each}: {', '.join(found)}" for each, found in places.items() if len(found) > 1]
    refuse(faults, "A class name has one meaning in the tree: give the new class another name.")


def test_imports_do_not_grow() -> None:
    paths = [path for path in modules("supporters") if "migrations" not in path.parts]
    found = sum(1 for path in paths for _ in nodes(path, ast.Import, ast.ImportFrom))
    lines = sum(text_of(path).count("\n") for path in paths)
    share = 100 * found / lines
    refuse(
        [f"{share:.2f} imports in 100 lines"] if share > MOST_IMPORTS_PER_100_LINES else [],
        "The number of imports grew. Could some of these modules be one?",
    )
