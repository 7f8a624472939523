"""Encrypted bytes can't be read or altered without a secret key; keys can be rotated."""

import pytest

from supporters.crypto.encryption import DecryptionFailed, Encryptor, keyed_hash

OLD, NEW = "old" * 12, "new" * 12
PLAIN = b"camille@example.org"


def test_encrypted_bytes_can_be_decrypted_and_reveal_nothing() -> None:
    encrypted = Encryptor([NEW]).encrypt(PLAIN)
    assert Encryptor([NEW]).decrypt(encrypted) == PLAIN
    assert PLAIN not in encrypted


def test_the_same_content_is_never_encrypted_to_the_same_bytes() -> None:
    encryptor = Encryptor([NEW])
    assert encryptor.encrypt(PLAIN) != encryptor.encrypt(PLAIN)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(DecryptionFailed):
        Encryptor([OLD]).decrypt(Encryptor([NEW]).encrypt(PLAIN))


@pytest.mark.parametrize("place", [0, 1, 20, 50, -1])
def test_altered_bytes_are_not_decrypted(place: int) -> None:
    encrypted = bytearray(Encryptor([NEW]).encrypt(PLAIN))
    encrypted[place] ^= 1
    with pytest.raises(DecryptionFailed):
        Encryptor([NEW]).decrypt(bytes(encrypted))


def test_every_listed_key_opens_and_the_newest_encrypts() -> None:
    rotated = Encryptor([NEW, OLD])
    assert rotated.decrypt(Encryptor([OLD]).encrypt(PLAIN)) == PLAIN
    assert Encryptor([NEW]).decrypt(rotated.encrypt(PLAIN)) == PLAIN


def test_reencrypting_frees_from_the_old_key() -> None:
    reencrypted = Encryptor([NEW, OLD]).reencrypt(Encryptor([OLD]).encrypt(PLAIN))
    assert Encryptor([NEW]).decrypt(reencrypted) == PLAIN
    with pytest.raises(DecryptionFailed):
        Encryptor([OLD]).decrypt(reencrypted)


def test_reencrypting_without_the_key_is_refused() -> None:
    with pytest.raises(DecryptionFailed):
        Encryptor([NEW]).reencrypt(Encryptor([OLD]).encrypt(PLAIN))


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
