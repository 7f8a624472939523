"""Content that is encrypted at rest in parts and still read from any position (AES-256-GCM).

The content has a key of its own. Each part is encrypted with its number, so it is read, checked and
replaced alone, and none can take the place of another. The caller stores the parts and the key.
"""

import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters.crypto.encryption import DecryptionFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PART = 64 * 1024  # octets of the content in each part but the last
NONCE = 12


def new_key() -> bytes:
    """Return the key of a new content."""
    return AESGCM.generate_key(bit_length=256)


def cut(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of blocks of any size in parts."""
    rest = b""
    for block in blocks:
        rest += block
        whole = len(rest) - len(rest) % PART
        yield from (rest[start : start + PART] for start in range(0, whole, PART))
        rest = rest[whole:]
    if rest:
        yield rest


class PartCipher:
    """Encrypts and decrypts the parts of one content."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def encrypt(self, number: int, content: bytes) -> bytes:
        """Return a part, encrypted."""
        nonce = secrets.token_bytes(NONCE)  # a new one each time: a part may be replaced
        return nonce + self._cipher.encrypt(nonce, content, number.to_bytes(8))

    def decrypt(self, number: int, part: bytes) -> bytes:
        """Return the content of a part. Raises DecryptionFailed."""
        try:
            return self._cipher.decrypt(part[:NONCE], part[NONCE:], number.to_bytes(8))
        except (InvalidTag, ValueError) as error:
            raise DecryptionFailed from error


class PartReader(io.RawIOBase):
    """The content of so many octets, read by the part, with one part in memory."""

    def __init__(self, read_part: Callable[[int], bytes], size: int) -> None:
        super().__init__()
        self._read_part, self._size = read_part, size
        self._position = 0
        self._number, self._content = -1, b""

    def readable(self) -> bool:
        """Tell that the content can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that the content can be read from any position."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        self._position = max(0, start[whence] + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read from one part at most. It raises what the reading of a part raises."""
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, PART)
        if number != self._number:
            self._number, self._content = number, self._read_part(number)
        view = memoryview(buffer).cast("B")
        found = self._content[start : start + len(view)]
        view[: len(found)] = found
        self._position += len(found)
        return len(found)
