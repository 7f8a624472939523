"""Files that are encrypted at rest and still read from any position (AES-256-GCM by the page).

A file has a key of its own, encrypted by the secret keys in its first page. Each further page holds
a nonce, the encrypted bytes and their tag, so a page is read, checked and replaced alone. A page of
the disk is never half written when a process is killed.
"""

import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters.crypto.encryption import DecryptionFailed, Encryptor

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

PAGE = 4096
NONCE, TAG = 12, 16
CONTENT = PAGE - NONCE - TAG  # octets of the content in one page
MAGIC = b"supporters sealed file 1\n"
LENGTH = 2  # octets that tell the length of the encrypted key
TRIES = 3  # another process may be replacing the page
BUFFER = 16 * CONTENT


def write_encrypted(path: Path, blocks: Iterator[bytes], encryptor: Encryptor) -> None:
    """Write a new file with the bytes of some blocks. Raises OSError."""
    key = AESGCM.generate_key(bit_length=256)
    cipher, rest, number = AESGCM(key), b"", 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_write_header(encryptor.encrypt(key)))
        for block in blocks:
            rest += block
            whole = len(rest) - len(rest) % CONTENT
            for start in range(0, whole, CONTENT):
                file.write(_encrypt(cipher, number, rest[start : start + CONTENT]))
                number += 1
            rest = rest[whole:]
        if rest:
            file.write(_encrypt(cipher, number, rest))


def open_encrypted(path: Path, encryptor: Encryptor, *, is_writing: bool = False) -> BinaryIO:
    """Open an encrypted file. `is_writing` allows to replace bytes in it, not to add some.

    Raises OSError, or DecryptionFailed if no secret key opens it.
    """
    descriptor = os.open(path, os.O_RDWR if is_writing else os.O_RDONLY)
    raw = _EncryptedContent(descriptor, encryptor, is_writing=is_writing)
    kind = io.BufferedRandom if is_writing else io.BufferedReader
    return cast(BinaryIO, kind(raw, BUFFER))


def reencrypt_key(path: Path, encryptor: Encryptor) -> None:
    """Encrypt the key of a file with the newest secret key. Raises OSError or DecryptionFailed."""
    with path.open("r+b") as file:
        encrypted = _read_header(file.read(PAGE))
        if encryptor.find_key(encrypted) == encryptor.fingerprints[0]:
            return
        os.pwrite(file.fileno(), _write_header(encryptor.reencrypt(encrypted)), 0)


def _write_header(encrypted_key: bytes) -> bytes:
    header = MAGIC + len(encrypted_key).to_bytes(LENGTH) + encrypted_key
    return header.ljust(PAGE, b"\0")


def _read_header(header: bytes) -> bytes:
    start = len(MAGIC) + LENGTH
    if len(header) < PAGE or not header.startswith(MAGIC):
        raise DecryptionFailed
    return header[start : start + int.from_bytes(header[len(MAGIC) : start])]


def _encrypt(cipher: AESGCM, number: int, content: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)  # a new one each time: a page may be replaced
    return nonce + cipher.encrypt(nonce, content, number.to_bytes(8))


class _EncryptedContent(io.RawIOBase):
    """The content of an encrypted file that is open, one page in memory."""

    def __init__(self, descriptor: int, encryptor: Encryptor, *, is_writing: bool) -> None:
        super().__init__()
        self._is_writing = is_writing
        self._descriptor = descriptor
        try:
            self._cipher = AESGCM(
                encryptor.decrypt(_read_header(os.pread(self._descriptor, PAGE, 0)))
            )
        except DecryptionFailed:
            self.close()
            raise
        self._position = 0

    def readable(self) -> bool:
        """Tell that the content can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that the content can be read from any position."""
        return True

    def writable(self) -> bool:
        """Tell whether bytes can be replaced."""
        return self._is_writing

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size()}
        self._position = max(0, start[whence] + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read from one page at most. Raises DecryptionFailed."""
        number, start = divmod(self._position, CONTENT)
        view = memoryview(buffer).cast("B")
        part = self._read_page(number)[start : start + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def write(self, data: "ReadableBuffer") -> int:
        """Replace bytes of one page at most. Raises DecryptionFailed."""
        number, start = divmod(self._position, CONTENT)
        content = bytearray(self._read_page(number))
        part = bytes(data)[: len(content) - start]
        if not part:
            raise OSError("An encrypted file can't grow.")
        content[start : start + len(part)] = part
        page = _encrypt(self._cipher, number, bytes(content))
        os.pwrite(self._descriptor, page, (1 + number) * PAGE)
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            super().close()
            os.close(self._descriptor)

    def _size(self) -> int:
        pages, rest = divmod(os.fstat(self._descriptor).st_size - PAGE, PAGE)
        return pages * CONTENT + max(0, rest - NONCE - TAG)

    def _read_page(self, number: int) -> bytes:
        for _ in range(TRIES):
            page = os.pread(self._descriptor, PAGE, (1 + number) * PAGE)
            if not page:
                return b""
            try:
                return self._cipher.decrypt(page[:NONCE], page[NONCE:], number.to_bytes(8))
            except (InvalidTag, ValueError):
                continue
        raise DecryptionFailed
