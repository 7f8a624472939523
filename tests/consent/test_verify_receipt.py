"""The script for receipts, run as a person runs it: which receipts it accepts, and its messages."""

import base64
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.receipts import sign_receipt
from tests.consent.test_receipts import SCRIPT, load_verify, receipt_of, run, verify
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once


@made_once
def receipt(app: Flask) -> dict[str, Any]:
    """Return the receipt of a subscriber."""
    person = make_subscriber(ADDRESS, make_list())
    seal()
    found = receipt_of(person)
    assert found is not None
    return found


def test_a_checkpoint_that_others_signed_too_is_valid(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    content = {key: receipt[key] for key in receipt if key != "signature"}
    witness = "— witness.example/w " + base64.b64encode(bytes(76)).decode()
    first, _, ours = content["checkpoint"].partition("\n\n")
    for lines in (f"{ours}{witness}\n", f"{witness}\n{ours}"):
        signed = sign_receipt({**content, "checkpoint": f"{first}\n\n{lines}"})
        assert verify(signed, tmp_path, receipt["verifier_key"]) == 0


def test_a_checkpoint_that_only_others_signed_is_rejected(receipt: dict[str, Any]) -> None:
    content = {key: receipt[key] for key in receipt if key != "signature"}
    body = content["checkpoint"].partition("\n\n")[0]
    other = base64.b64encode(bytes(4) + Ed25519PrivateKey.generate().sign(body.encode())).decode()
    signed = sign_receipt({**content, "checkpoint": f"{body}\n\n— localhost/consent-log {other}\n"})
    with pytest.raises(InvalidSignature):
        load_verify()(signed, receipt["verifier_key"])


def test_the_script_gives_the_sealing_time_and_its_limits(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    said = run(receipt, tmp_path, receipt["verifier_key"]).stdout
    assert "withdrawn since" in said
    assert receipt["sealed"]["by_at"] in said


def test_the_script_rejects_a_consent_written_later_than_it_says(
    app: Flask, tmp_path: Path
) -> None:
    with clock.pretend(clock.now() - timedelta(hours=9)):
        national = make_list()
        make_subscriber("ada@example.org", national)
        seal()
    make_subscriber("bela@example.org", national)
    seal()
    with clock.pretend(clock.now() - timedelta(hours=5)):
        person = make_subscriber(ADDRESS, national)
    seal()
    receipt = receipt_of(person) or {}
    found = run(receipt, tmp_path, str(receipt["verifier_key"]))
    assert found.returncode == 1
    assert "written later than it says" in found.stderr


def test_a_first_receipt_without_its_time_of_sealing_is_genuine(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    names = ("sealed", "delay", "signature")
    content = {key: receipt[key] for key in receipt if key not in names}
    assert verify(sign_receipt(content), tmp_path, receipt["verifier_key"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [([], "python verify_receipt.py RECEIPT.json"), (["none.json", "a+b+c"], "can't be read")],
)
def test_the_script_says_how_it_is_used(tmp_path: Path, arguments: list[str], words: str) -> None:
    command = [sys.executable, "-I", str(SCRIPT), *arguments]
    found = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (found.returncode, words in found.stderr, "Traceback" in found.stderr) == (
        1,
        True,
        False,
    )
