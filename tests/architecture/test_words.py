"""Names have the words of the glossary: each word means one thing in the whole program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.syntax_trees import ROOT, modules, name, nodes, text_of
from tests.architecture.test_house_rules import refuse

PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
NAMES_IN_TEMPLATES = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")

# Words of which no name has a part, and the word for it.
NEVER = {
    **dict.fromkeys(("face", "faces"), "theme"),
    **dict.fromkeys(("reseal", "resealed", "resealing"), "reencrypt"),
    **dict.fromkeys(("lane", "lanes"), "sender"),
}
# A value that a person chose to keep is kept. A copy is cached; what waits is stored; triggers
# count; the law retains.
KEPT = {
    *("kept_answers", "kept_fields", "read_kept_answers", "read_kept_fields", "_read_kept"),
    *("kept_email", "kept_by", "is_kept", "KEPT"),
}
# Entries are sealed in the log, and these read or write it. All other secrets are encrypted.
SEALS = {
    *("transparency_log", "consent", "audit", "audit_log", "evidence", "accountability"),
    *("restore", "delivery", "cli"),
    *("web/labels", "web/public/notices"),
    *("campaigns/approval_rule.py", "my_data/unsubscription_undo.py"),
}
# An attempt is one try to send an email; the guesses of people are counted by limits.
ATTEMPTS = {
    *("mail", "delivery", "smtp_relay", "cli", "web/console/charts.py"),
    *("web/labels/person_labels.py",),
}
PLACES = {
    **dict.fromkeys(("seal", "seals", "sealed", "sealing", "sealer", "unsealed"), SEALS),
    **dict.fromkeys(("attempt", "attempts"), ATTEMPTS),
}


def parts_of(identifier: str) -> list[str]:
    """Return the words of a name, in small letters."""
    return [each.lower() for each in PART.findall(identifier)]


def find_fault(identifier: str, place: str) -> str | None:
    """Return what is wrong with a name in a module of supporters/; None if nothing is."""
    for part in parts_of(identifier):
        if part in NEVER:
            return f"{identifier}: say “{NEVER[part]}”"
        if part == "kept" and identifier not in KEPT:
            return f"{identifier}: say cached, stored, counted or retained"
        if part in PLACES and not is_in(place, PLACES[part]):
            return f"{identifier}: “{part}” means something else (docs/glossary.md)"
    return None


def is_in(place: str, places: set[str]) -> bool:
    return any(place == each or place.startswith(f"{each}/") for each in places)


def names_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the names that a module gives; those of others are theirs to give."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    yield from ((node.lineno, node.name) for node in nodes(path, *kinds))
    yield from ((node.lineno, node.arg) for node in nodes(path, ast.arg))
    for node in nodes(path, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
    for node in nodes(path, ast.Attribute):
        if isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
    yield 1, path.stem


def test_names_of_the_program_have_the_words_of_the_glossary() -> None:
    faults = [
        f"{name(path)}:{line} {fault}"
        for path in modules("supporters")
        if "migrations" not in path.parts
        for line, identifier in names_of(path)
        if (fault := find_fault(identifier, name(path).removeprefix("supporters/")))
    ]
    refuse(faults, "A word means one thing: see “Words with one meaning each” in docs/glossary.md.")


def test_names_in_templates_have_the_words_of_the_glossary() -> None:
    faults = []
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for found in NAMES_IN_TEMPLATES.finditer(text_of(path)):
            for identifier in IDENTIFIER.findall(TEXT.sub("", found[0])):
                parts = {*parts_of(identifier)}
                if parts & NEVER.keys() or ("kept" in parts and identifier not in KEPT):
                    faults.append(f"{name(path)}: {identifier}")
    refuse(faults, "A word means one thing: see “Words with one meaning each” in docs/glossary.md.")


@pytest.mark.parametrize(
    ("identifier", "place", "is_fault"),
    [
        ("kept_values", "fast_path/site_edition.py", True),
        ("KeptForm", "accounts/models.py", True),
        ("kept_answers", "signup/confirmation.py", False),
        ("keeps", "signup/confirmation.py", False),
        ("sealed", "crypto/encryption.py", True),
        ("SealingThread", "consent/log_sealing.py", False),
        ("surface", "web/public/signup/join_page.py", False),
        ("PageFace", "web/public/page_theme.py", True),
        ("take_attempt", "limits/guess_limits.py", True),
        ("next_attempt_at", "mail/models.py", False),
    ],
)
def test_only_another_meaning_is_found(identifier: str, place: str, is_fault: bool) -> None:
    assert (find_fault(identifier, place) is not None) == is_fault
