"""Encrypted bytes can't be read or altered without a secret key; keys can be rotated."""

import pytest

from supporters.crypto.encryption import SealBroken, Sealer, keyed_hash

OLD, NEW = "old" * 12, "new" * 12
PLAIN = b"camille@example.org"


def test_encrypted_bytes_can_be_decrypted_and_reveal_nothing() -> None:
    sealed = Sealer([NEW]).seal(PLAIN)
    assert Sealer([NEW]).open(sealed) == PLAIN
    assert PLAIN not in sealed


def test_the_same_content_is_never_sealed_to_the_same_bytes() -> None:
    sealer = Sealer([NEW])
    assert sealer.seal(PLAIN) != sealer.seal(PLAIN)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        Sealer([OLD]).open(Sealer([NEW]).seal(PLAIN))


@pytest.mark.parametrize("place", [0, 1, 20, 50, -1])
def test_an_altered_seal_is_broken(place: int) -> None:
    sealed = bytearray(Sealer([NEW]).seal(PLAIN))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        Sealer([NEW]).open(bytes(sealed))


def test_every_listed_key_opens_and_the_newest_seals() -> None:
    rotated = Sealer([NEW, OLD])
    assert rotated.open(Sealer([OLD]).seal(PLAIN)) == PLAIN
    assert Sealer([NEW]).open(rotated.seal(PLAIN)) == PLAIN


def test_resealing_frees_from_the_old_key() -> None:
    resealed = Sealer([NEW, OLD]).reseal(Sealer([OLD]).seal(PLAIN))
    assert Sealer([NEW]).open(resealed) == PLAIN
    with pytest.raises(SealBroken):
        Sealer([OLD]).open(resealed)


def test_resealing_without_the_key_is_refused() -> None:
    with pytest.raises(SealBroken):
        Sealer([NEW]).reseal(Sealer([OLD]).seal(PLAIN))


def test_a_keyed_hash_depends_on_key_label_and_value() -> None:
    hashes = {
        keyed_hash(b"k", "address", "a"),
        keyed_hash(b"l", "address", "a"),
        keyed_hash(b"k", "rate", "a"),
        keyed_hash(b"k", "address", "b"),
    }
    assert len(hashes) == 4
    assert keyed_hash(b"k", "address", "a") == keyed_hash(b"k", "address", "a")
    assert {len(each) for each in hashes} == {32}


def test_a_keyed_hash_is_pinned_for_it_is_stored() -> None:
    expected = "1d14728dd60af7c61c127a176e4b9ee0"
    assert keyed_hash(b"k" * 32, "address", "camille@example.org").hex()[:32] == expected
