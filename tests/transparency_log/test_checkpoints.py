"""Each checkpoint has one text: any change is invalid, also in the unused bits of base64."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters.crypto.signed_notes import NoteSigner, NoteVerifier
from supporters.transparency_log.checkpoints import (
    CheckpointInvalid,
    read_checkpoint,
    sign_checkpoint,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "parti.example/consent-log"
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def signed(origin: str = ORIGIN) -> str:
    return sign_checkpoint(KEY, origin=origin, size=12, root=bytes(32), sealed_at=NOW)


def is_read(text: str) -> bool:
    try:
        read_checkpoint(text, KEY.public_key())
    except CheckpointInvalid:
        return False
    return True


def test_a_signed_checkpoint_is_read() -> None:
    found = read_checkpoint(signed(), KEY.public_key())
    assert (found.origin, found.size, found.root) == (ORIGIN, 12, bytes(32))
    assert (found.sealed_at, found.text) == ("2026-07-01T10:00:00.000000Z", signed())


def test_no_bit_can_be_changed_but_the_time_can_be_left_out() -> None:
    raw = signed().encode()
    flips = (
        raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
        for place in range(len(raw))
        for bit in (1, 2, 4, 8, 16, 32, 64)
    )
    found = [each.decode("utf-8", "replace") for each in flips]
    read = [read_checkpoint(each, KEY.public_key()) for each in found if is_read(each)]
    assert {(each.origin, each.size, each.root, each.sealed_at) for each in read} == {
        (ORIGIN, 12, bytes(32), "")
    }
    body = len(signed().partition("— ")[0])
    assert {each.text[:body] for each in read} == {signed()[:body]}


def test_the_last_character_of_a_signature_cannot_be_changed() -> None:
    *lines, last = signed().splitlines(keepends=True)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert last.endswith("==\n")
    others = ["".join([*lines, f"{last[:-4]}{each}==\n"]) for each in letters]
    assert [each for each in others if is_read(each)] == [signed()]


def test_it_has_three_lines_and_its_time_as_a_cosignature_of_the_log() -> None:
    body, _, signatures = signed().partition("\n\n")
    assert body.split("\n") == [ORIGIN, "12", base64.b64encode(bytes(32)).decode()]
    note, timed = signatures.splitlines()
    assert [len(base64.b64decode(each.split()[2])) for each in (note, timed)] == [68, 76]
    untimed = read_checkpoint(f"{body}\n\n{note}\n", KEY.public_key())
    assert (untimed.size, untimed.sealed_at) == (12, "")
    assert not is_read(f"{body}\n\n{timed}\n")


def test_a_checkpoint_of_before_version_1_is_read() -> None:
    body = f"{ORIGIN}\n12\n{base64.b64encode(bytes(32)).decode()}\n"
    body = f"{body}sealed 2026-07-01T10:00:00.123456Z\n"
    text = f"{body}\n{NoteSigner(ORIGIN, KEY).sign(body)}"
    assert read_checkpoint(text, KEY.public_key()).sealed_at == "2026-07-01T10:00:00.123456Z"
    assert not is_read(text.replace("123456Z", "123457Z"))


@pytest.mark.parametrize(("old", "new"), [("\n12\n", "\n012\n"), ("\n12\n", "\n+12\n")])
def test_numbers_and_lines_have_one_form(old: str, new: str) -> None:
    assert not is_read(signed().replace(old, new))


def test_a_witness_may_sign_too() -> None:
    text = signed()
    witness = "— witness.example AAAAAAAAAAAA\n"
    body, _, ours = text.partition("\n\n")
    assert is_read(f"{body}\n\n{witness}{ours}")
    assert not is_read(f"{body}\n\n{witness}")


def test_the_signature_of_another_log_is_not_ours() -> None:
    text = signed("other.example/consent-log").replace("other.example", "parti.example")
    assert not is_read(text)


def test_the_key_is_named_as_verifiers_of_signed_notes_take_it() -> None:
    name, key_hash, key = NoteVerifier(ORIGIN, KEY.public_key()).as_text().split("+", 2)
    assert (name, len(key_hash), len(key)) == (ORIGIN, 8, 44)
