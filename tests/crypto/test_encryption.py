"""Encrypted bytes reveal nothing, can't be altered unseen, and keys can be rotated."""

import pytest

from supporters.crypto.encryption import DecryptionFailed, Encryptor, keyed_hash

PLAIN = b"camille@example.org"
NEW, OLD = Encryptor(["new" * 12]), Encryptor(["old" * 12])
BOTH = Encryptor(["new" * 12, "old" * 12])


def test_encrypted_bytes_can_be_decrypted_and_reveal_nothing() -> None:
    encrypted = NEW.encrypt(PLAIN)
    assert NEW.decrypt(encrypted) == PLAIN
    assert PLAIN not in encrypted


def test_the_same_content_is_never_encrypted_to_the_same_bytes() -> None:
    assert NEW.encrypt(PLAIN) != NEW.encrypt(PLAIN)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(DecryptionFailed):
        OLD.decrypt(NEW.encrypt(PLAIN))


@pytest.mark.parametrize("place", [0, 1, 20, 50, -1])
def test_altered_bytes_are_not_decrypted(place: int) -> None:
    encrypted = bytearray(NEW.encrypt(PLAIN))
    encrypted[place] ^= 1
    with pytest.raises(DecryptionFailed):
        NEW.decrypt(bytes(encrypted))


def test_every_listed_key_opens_and_the_newest_encrypts() -> None:
    assert BOTH.decrypt(OLD.encrypt(PLAIN)) == PLAIN
    assert NEW.decrypt(BOTH.encrypt(PLAIN)) == PLAIN


def test_reencrypting_frees_from_the_old_key() -> None:
    reencrypted = BOTH.reencrypt(OLD.encrypt(PLAIN))
    assert NEW.decrypt(reencrypted) == PLAIN
    with pytest.raises(DecryptionFailed):
        OLD.decrypt(reencrypted)


def test_reencrypting_without_the_key_is_refused() -> None:
    with pytest.raises(DecryptionFailed):
        NEW.reencrypt(OLD.encrypt(PLAIN))


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
