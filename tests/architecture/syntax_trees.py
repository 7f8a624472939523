"""The modules of the project and their syntax trees, which several rules look at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
Node = TypeVar("Node", bound=ast.AST)


def modules(*folders: str) -> list[Path]:
    """Return all modules of the folders, without migrations, which never change."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "versions" not in path.relative_to(ROOT).parts]


def name(path: Path) -> str:
    """Return the place of a module in the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    """Return the text of a module."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(text_of(path), filename=name(path))


def nodes(path: Path, *kinds: type[Node]) -> Iterator[Node]:
    """Yield the nodes of these kinds in a module, kind by kind."""
    return nodes_in(tree(path), *kinds)


def nodes_in(tree: ast.Module, *kinds: type[Node]) -> Iterator[Node]:
    found = _nodes_by_kind(tree)
    return (node for kind in kinds for node in found.get(kind, []))  # type: ignore[misc]


@cache
def _nodes_by_kind(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in ast.walk(tree):
        found.setdefault(type(node), []).append(node)
    return found
