"""Each checkpoint has one text: any change is invalid, also in the unused bits of base64."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters.transparency_log.checkpoints import (
    CheckpointInvalid,
    read_checkpoint,
    sign_checkpoint,
    verifier_key,
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


def test_no_bit_can_be_changed() -> None:
    raw = signed().encode()
    flips = (
        (place, raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :])
        for place in range(len(raw))
        for bit in (1, 2, 4, 8, 16, 32, 64)
    )
    assert [place for place, each in flips if is_read(each.decode("utf-8", "replace"))] == []


def test_the_last_character_of_the_signature_cannot_be_changed() -> None:
    text = signed()
    assert text.endswith("=\n")
    others = [
        f"{text[:-3]}{character}=\n" for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0123"
    ]
    assert [each for each in others if is_read(each)] in ([], [text])


@pytest.mark.parametrize(
    ("old", "new"), [("\n12\n", "\n012\n"), ("\n12\n", "\n+12\n"), ("sealed ", "sealed  ")]
)
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
    name, key_hash, key = verifier_key(ORIGIN, KEY.public_key()).split("+", 2)
    assert (name, len(key_hash), len(key)) == (ORIGIN, 8, 44)
