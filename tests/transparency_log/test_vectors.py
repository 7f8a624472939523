"""Test vectors for proofs in RFC 6962 trees, which other implementations use too."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supporters.transparency_log.merkle_tree import is_consistent, is_included

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "merkle" / "testdata"

Vector = dict[str, Any]


def vectors(kind: str) -> list[Vector]:
    """Return the vectors of a folder; none if the corpus is missing."""
    return [json.loads(path.read_text()) for path in sorted((CORPUS / kind).rglob("*.json"))]


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def path_of(vector: Vector) -> list[bytes]:
    return [decode(each) for each in vector["proof"] or ()]


def shows_inclusion(vector: Vector) -> bool:
    return is_included(
        decode(vector["leafHash"]),
        vector["leafIdx"],
        size=vector["treeSize"],
        root=decode(vector["root"]),
        path=path_of(vector),
    )


def shows_consistency(vector: Vector) -> bool:
    roots = decode(vector["root1"]), decode(vector["root2"])
    return is_consistent((vector["size1"], vector["size2"]), roots, path_of(vector))


@pytest.mark.parametrize(
    ("kind", "check"), [("inclusion", shows_inclusion), ("consistency", shows_consistency)]
)
def test_valid_proofs_are_accepted_and_invalid_ones_rejected(
    kind: str, check: Callable[[Vector], bool]
) -> None:
    found = vectors(kind)
    if not found:
        pytest.skip(f"UNTRIED: the vectors of transparency-dev/merkle aren't in {CORPUS}.")
    wrong = [each["desc"] for each in found if check(each) == each["wantErr"]]
    assert (len(found), wrong) == (98, [])
