"""Receipts carry the cosignatures that cover them, and the script checks those of given keys."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from supporters.audit.witness_watch import tell
from supporters.consent.log_sealing import seal
from supporters.consent.receipts import sign_receipt
from supporters.transparency_log.tree_sealing import log_verifier
from supporters.transparency_log.witness_rounds import ask_witnesses
from tests.consent.test_receipts import receipt_of, run
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.servers.log_witness import LogWitness

pytestmark = pytest.mark.either_database
OTHER = "other.example/w+ccc74873+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"


@pytest.fixture
def receipts(app: Flask, witness: LogWitness) -> list[dict[str, Any]]:
    """Return the receipt of a person before a witness signed, and after it."""
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    seal()
    witness.trust(log_verifier().as_text())
    before = receipt_of(person)
    make_subscriber("boris@example.org", national)
    seal()
    ask_witnesses(tell)
    after = receipt_of(person)
    assert before
    assert after
    return [before, after]


def test_a_receipt_proves_to_be_in_a_tree_that_a_witness_saw(
    receipts: list[dict[str, Any]], witness: LogWitness, tmp_path: Path
) -> None:
    before, after = receipts
    assert "witnessed" not in before
    key = str(after["verifier_key"])
    said = run(after, tmp_path, key, witness.vkey)
    assert (said.returncode, said.stderr) == (0, "")
    assert "witness.example/w1 saw it in the log on 20" in said.stdout
    alone = run(after, tmp_path, key)
    assert (alone.returncode, "Only the party says when" in alone.stdout) == (0, True)


def test_a_receipt_that_no_given_witness_saw_is_refused(
    receipts: list[dict[str, Any]], witness: LogWitness, tmp_path: Path
) -> None:
    before, after = receipts
    key = str(after["verifier_key"])
    for receipt, witnesses in ((before, [witness.vkey]), (after, [OTHER])):
        said = run(receipt, tmp_path, key, *witnesses)
        assert said.returncode == 1
        assert "BUT none of these witnesses has seen it" in said.stderr
    mixed = run(after, tmp_path, key, OTHER, witness.vkey)
    assert (mixed.returncode, "other.example/w has NOT signed it" in mixed.stdout) == (0, True)


def test_a_witnessed_tree_without_the_record_is_no_proof(
    receipts: list[dict[str, Any]], witness: LogWitness, tmp_path: Path
) -> None:
    _, after = receipts
    content = {name: value for name, value in after.items() if name != "signature"}
    seen = content["witnessed"]
    altered = [
        {**seen, "proof": {**seen["proof"], "index": seen["proof"]["index"] - 1}},
        {**seen, "proof": {**seen["proof"], "path": seen["proof"]["path"][:-1]}},
        {**seen, "checkpoint": content["checkpoint"]},
        {**seen, "checkpoint": seen["checkpoint"].replace("/consent-log\n", "/other-log\n")},
    ]
    for each in altered:
        signed = sign_receipt({**content, "witnessed": each})
        said = run(signed, tmp_path, str(after["verifier_key"]), witness.vkey)
        assert said.returncode == 1
        assert "NOT genuine" in said.stderr
