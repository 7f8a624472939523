"""The script for receipts, run as a person runs it: which receipts it accepts, and its messages."""

import base64
import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.receipts import RECEIPT, Receipt, sign_receipt
from supporters.crypto.signed_notes import COSIGNATURE, NoteSigner, NoteVerifier
from supporters.ids import new_id
from supporters.transparency_log.checkpoints import sign_checkpoint
from supporters.transparency_log.log_records import CANONICAL, format_moment, hash_leaf, signing_key
from supporters.transparency_log.signed_statements import sign_statement
from supporters.transparency_log.tree_sealing import log_origin
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


def forge(receipt: dict[str, Any], said: datetime, *, witness: NoteSigner | None = None) -> Receipt:
    """Return a receipt of another time, from a tree of one leaf, signed with the key of the log.

    With a witness, it signed this tree on that day.
    """
    said = said.replace(microsecond=0)
    at, record = format_moment(said), json.loads(receipt["record"])
    fields = {**record, "id": str(new_id(said)), "occurred_at": at, "requested_at": at}
    text, key = CANONICAL.encode(fields), bytes.fromhex(receipt["key"])
    commitment = hmac.digest(key, text.encode(), "sha256")
    leaf = hash_leaf(fields["kind"], int(fields["id"]), commitment)
    tree = sign_checkpoint(signing_key(), origin=log_origin(), size=1, root=leaf, sealed_at=said)
    proof: dict[str, object] = {"index": 0, "size": 1, "path": []}
    body = f"{tree.partition(chr(10) * 2)[0]}\n"
    line = witness.cosign(body, int(said.timestamp())) if witness else ""
    span = {"by_at": format_moment(said), "by": tree, "by_path": []}
    content = {name: each for name, each in receipt.items() if name != "signature"}
    return sign_receipt(
        {
            **content,
            "consent": {**receipt["consent"], "confirmed_at": at, "asked_at": at},
            "record": text,
            "leaf": leaf.hex(),
            "checkpoint": tree,
            "proof": proof,
            "sealed": {**span, "after_at": None, "after": None, "after_path": []},
            **({"witnessed": {"checkpoint": tree + line, "proof": proof}} if witness else {}),
        }
    )


def test_a_receipt_of_2021_from_a_tree_of_one_leaf_needs_a_witness_of_2021(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    key, said = receipt["verifier_key"], datetime(2021, 1, 1, tzinfo=UTC)
    alone = run(forge(receipt, said), tmp_path, key)
    assert (alone.returncode, "nobody else is known to have seen it" in alone.stderr) == (1, True)
    assert "Its tree has 1 entries" in alone.stderr
    signer = NoteSigner("witness.example/w", Ed25519PrivateKey.generate())
    seen = run(
        forge(receipt, said, witness=signer),
        tmp_path,
        key,
        "--witness",
        signer.verifier.as_text(COSIGNATURE),
    )
    assert (seen.returncode, seen.stderr) == (0, "")
    today = run(forge(receipt, clock.now()), tmp_path, key)
    assert (today.returncode, today.stderr) == (0, "")


def test_a_consent_without_its_record_is_not_genuine(receipt: dict[str, Any]) -> None:
    left_out = {"signature", "record", "key"}
    content = {name: each for name, each in receipt.items() if name not in left_out}
    record = json.loads(receipt["record"])
    commitment = hmac.digest(bytes.fromhex(receipt["key"]), receipt["record"].encode(), "sha256")
    told = {name: record[name] for name in ("kind", "id", "occurred_at")}
    shown = {**content, "act": {**told, "purposes": []}, "commitment": commitment.hex()}
    alone = {name: each for name, each in shown.items() if name not in {"consent", "warning"}}
    key, unreadable = receipt["verifier_key"], {"unreadable": "Its key was deleted."}
    verify = load_verify()
    assert verify(sign_receipt({**alone, **unreadable}), key)
    shown["consent"] = {**receipt["consent"], "text": "I agree to everything."}
    for forged in (alone, shown, {**shown, **unreadable}):
        assert not verify(sign_receipt(forged), key)


def test_a_log_that_a_restore_renamed_is_the_same_log(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    content = {name: each for name, each in receipt.items() if name != "signature"}
    old_key, now = receipt["verifier_key"], "20270101000000"
    renamed, other = (
        NoteVerifier(name, signing_key().public_key()).as_text()
        for name in (f"{log_origin()}/{now}", f"other.example/consent-log/{now}")
    )
    later = sign_statement(RECEIPT, content, renamed)
    for key, shown in ((old_key, later), (renamed, later), (renamed, receipt)):
        assert verify(shown, tmp_path, key) == 0
    assert f"Its log is called {log_origin()}/{now}" in run(later, tmp_path, old_key).stdout
    assert verify(later, tmp_path, other) == verify(receipt, tmp_path, other) == 1
