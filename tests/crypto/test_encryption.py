"""Encrypted bytes and files reveal nothing, can't be altered unseen, and keys can be rotated."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from supporters.crypto.encrypted_files import (
    CONTENT,
    MAGIC,
    PAGE,
    open_encrypted,
    reencrypt_key,
    write_encrypted,
)
from supporters.crypto.encryption import DecryptionFailed, Encryptor, keyed_hash

PLAIN = b"camille@example.org"
NEW, OLD = Encryptor(["new" * 12]), Encryptor(["old" * 12])
BOTH = Encryptor(["new" * 12, "old" * 12])
LINES = [f"{number},person{number}@example.org\n".encode() for number in range(1000)]
CLEAR = b"".join(LINES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of an encrypted file with many lines."""
    file = tmp_path / "former.csv"
    write_encrypted(file, iter(LINES), OLD)
    return file


def content_of(path: Path, encryptor: Encryptor = OLD) -> bytes:
    """Return the whole content."""
    with open_encrypted(path, encryptor) as file:
        return file.read()


def blocks_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


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


def test_no_address_can_be_read_in_the_file(path: Path) -> None:
    assert b"example.org" not in path.read_bytes()
    assert (content_of(path), path.read_bytes().startswith(MAGIC)) == (CLEAR, True)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [0, 1, CONTENT - 1, CONTENT, CONTENT + 1, 3 * CONTENT])
@pytest.mark.parametrize("block", [100, CONTENT, 100_000])
def test_any_size_comes_back_as_it_was(tmp_path: Path, size: int, block: int) -> None:
    file, content = tmp_path / "file", os.urandom(size)
    write_encrypted(file, blocks_of(content, block), OLD)
    assert content_of(file) == content


def test_lines_are_read_from_any_position(path: Path) -> None:
    with open_encrypted(path, OLD) as file:
        for number in (999, 0, 500, 147):
            file.seek(sum(map(len, LINES[:number])))
            assert file.readline() == LINES[number]
        file.seek(0, os.SEEK_END)
        assert file.tell() == len(CLEAR)


def test_bytes_are_replaced_where_they_are(path: Path) -> None:
    start = CONTENT - 5
    with open_encrypted(path, OLD, is_writing=True) as file:
        file.seek(start)
        file.write(b"x" * 10)
    assert content_of(path) == CLEAR[:start] + b"x" * 10 + CLEAR[start + 10 :]


def test_a_file_does_not_grow(path: Path) -> None:
    file = open_encrypted(path, OLD, is_writing=True)
    file.seek(len(CLEAR))
    file.write(b"x")
    with pytest.raises(OSError, match="grow"):
        file.close()
    assert content_of(path) == CLEAR


@pytest.mark.parametrize("at", [PAGE + 3, PAGE + 50, 3 * PAGE - 1])
def test_a_changed_byte_is_noticed(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(DecryptionFailed):
        content_of(path)


def test_exchanged_pages_are_noticed(path: Path) -> None:
    content = path.read_bytes()
    first, second = content[PAGE : 2 * PAGE], content[2 * PAGE : 3 * PAGE]
    path.write_bytes(content[:PAGE] + second + first + content[3 * PAGE :])
    with pytest.raises(DecryptionFailed):
        content_of(path)


def test_another_key_opens_nothing(path: Path) -> None:
    with pytest.raises(DecryptionFailed):
        content_of(path, NEW)


def test_a_missing_file_is_said_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_encrypted(tmp_path / "gone.csv", NEW)
    gc.collect()  # Python tells of an object that can't be closed, from 3.13 on


def test_after_a_rotation_the_former_key_can_go(path: Path) -> None:
    reencrypt_key(path, BOTH)
    assert content_of(path, NEW) == CLEAR
