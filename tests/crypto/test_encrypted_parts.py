"""Content in encrypted parts comes back from any position, and no part can be altered unseen."""

import io
import os
from collections.abc import Iterator

import pytest

from supporters.crypto.encrypted_parts import PART, PartCipher, PartReader, cut, new_key
from supporters.crypto.encryption import DecryptionFailed

CIPHER = PartCipher(new_key())
LINES = [f"{number},person{number}@example.org\n".encode() for number in range(9000)]
CLEAR = b"".join(LINES)


def blocks_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def encrypted(content: bytes, block: int = 10_000) -> list[bytes]:
    """Return the parts of a content, encrypted."""
    return [CIPHER.encrypt(n, each) for n, each in enumerate(cut(blocks_of(content, block)))]


def opened(parts: list[bytes], size: int) -> io.BufferedReader:
    """Return the content of encrypted parts, to be read."""
    return io.BufferedReader(PartReader(lambda n: CIPHER.decrypt(n, parts[n]), size), PART)


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART])
@pytest.mark.parametrize("block", [100, PART, 300_000])
def test_any_size_comes_back_as_it_was(size: int, block: int) -> None:
    content = os.urandom(size)
    assert opened(encrypted(content, block), size).read() == content


def test_no_address_can_be_read_in_a_part() -> None:
    parts = encrypted(CLEAR)
    assert len(parts) > 3
    assert not any(b"example.org" in each for each in parts)


def test_lines_are_read_from_any_position() -> None:
    file = opened(encrypted(CLEAR), len(CLEAR))
    for number in (8999, 0, 500, 147):
        file.seek(sum(map(len, LINES[:number])))
        assert file.readline() == LINES[number]
    assert file.seek(0, os.SEEK_END) == len(CLEAR)


@pytest.mark.parametrize("at", [0, 3, 50, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    part = bytearray(CIPHER.encrypt(0, CLEAR[:PART]))
    part[at] ^= 1
    for altered in (bytes(part), b""):
        with pytest.raises(DecryptionFailed):
            CIPHER.decrypt(0, altered)


def test_a_part_opens_in_its_own_place_and_with_its_own_key_only() -> None:
    part = CIPHER.encrypt(0, CLEAR[:PART])
    for cipher, number in ((CIPHER, 1), (PartCipher(new_key()), 0)):
        with pytest.raises(DecryptionFailed):
            cipher.decrypt(number, part)
