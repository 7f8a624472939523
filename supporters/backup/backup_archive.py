"""The archive in a backup: a compressed tar whose last member has the hashes of all others.

`age --decrypt` and `tar` open it without this program. The database is a stream of unknown length,
so it is cut into parts: a dump is never on the disk in the clear.
"""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self, cast

from supporters.backup.age_encryption import ArchiveUnreadable

SUMS = "SHA256SUMS"
DATABASE = "database"
PART_BYTES = 8 * 1024 * 1024
BLOCK = 1024 * 1024
# More than these are an attack on our memory. A database of a terabyte has as many parts.
SUMS_BYTES = 16 * BLOCK
MOST_MEMBERS = SUMS_BYTES // 80
HEADER_BYTES = 64 * 1024  # of one member: a name is at most 4096 bytes long
LEVEL = 6
SHOWN = 100
NOT_OURS = "It isn't the backup of this program: "


class ArchiveWriter:
    """Writes members one after the other, and their hashes at the end."""

    def __init__(self, target: IO[bytes], made_at: datetime) -> None:
        self._sums: dict[str, str] = {}
        self._made_at = int(made_at.timestamp())
        self._zip = gzip.GzipFile("", "wb", LEVEL, target, mtime=self._made_at)
        self._tar = tarfile.TarFile.open(mode="w|", fileobj=self._zip)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is None:
            lines = (f"{digest}  {name}\n" for name, digest in self._sums.items())
            self.add(SUMS, "".join(lines).encode())
            self._tar.close()
            self._zip.close()
        else:  # its end mustn't be written any more, by no finalizer either
            cast(Any, self._tar.fileobj).closed = True
            self._zip.fileobj = io.BytesIO()
            self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        self._add(name, io.BytesIO(content), len(content))

    def add_stream(self, source: IO[bytes]) -> None:
        """Add the database, in parts."""
        for number in range(10**8):
            part = source.read(PART_BYTES)
            if not part:
                return
            self.add(f"{DATABASE}/{number:08}", part)

    def add_file(self, name: str, path: Path, longest: int | None = None) -> None:
        """Add a file, or its beginning: lines may be appended meanwhile. Raises OSError."""
        with path.open("rb") as file:
            size = path.stat().st_size
            self._add(name, file, size if longest is None else min(size, longest))

    def _add(self, name: str, source: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self._made_at, 0o600
        hashed = _HashedReader(source)
        self._tar.addfile(member, hashed)
        self._sums[name] = hashed.digest.hexdigest()


class _HashedReader(io.RawIOBase):
    """A stream whose hash is known once it was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        content = self._source.read(size)
        self.digest.update(content)
        return content


class _BoundedReader(io.RawIOBase):
    """A stream forwards, of whose bytes the next headers may have only some.

    tarfile holds a header in memory whatever its length, and follows any number of them.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._zip = gzip.GzipFile(fileobj=source)
        self.left: int | None = HEADER_BYTES  # None: the content of a member is read

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises ArchiveUnreadable."""
        if self.left is not None:
            self.left -= size
            if size < 0 or self.left < 0:
                raise ArchiveUnreadable(f"{NOT_OURS}a header in it is too long.")
        return self._zip.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Skip bytes."""
        return self._zip.seek(offset, whence)

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._zip.tell()


def read_archive(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name and the content of each member, in their order.

    Raises ArchiveUnreadable, after the last member if a hash differs or a member is missing.
    """
    sums: dict[str, str] = {}
    promised: dict[str, str] | None = None
    reader = _BoundedReader(source)
    with _as_unreadable(), tarfile.TarFile(fileobj=cast(IO[bytes], reader)) as tar:
        while (member := tar.next()) is not None:
            cast(Any, tar).members.clear()  # it would hold all of them
            content = tar.extractfile(member) if member.isreg() and not member.issparse() else None
            if content is None or promised is not None or len(sums) > MOST_MEMBERS:
                raise ArchiveUnreadable(f"{NOT_OURS}it contains {member.name[:SHOWN]}.")
            hashed, reader.left = _HashedReader(content), None
            if member.name == SUMS:
                promised = _read_sums(hashed.read(SUMS_BYTES))
            else:
                yield member.name, cast(IO[bytes], hashed)
                while hashed.read(BLOCK):
                    pass
                sums[member.name] = hashed.digest.hexdigest()
            reader.left = HEADER_BYTES
    if promised is None:
        raise ArchiveUnreadable(f"{NOT_OURS}it has no {SUMS}, or its end is missing.")
    if promised != sums:
        differing = sorted({*promised.items()} ^ {*sums.items()})
        raise ArchiveUnreadable(f"It was altered: {differing[0][0]} isn't what was stored.")


def _read_sums(raw: bytes) -> dict[str, str]:
    sums = {}
    for line in io.BytesIO(raw):
        digest, _, name = line.decode(errors="replace").rstrip("\n").partition("  ")
        if len(digest) != hashlib.sha256().digest_size * 2:
            raise ArchiveUnreadable(f"{NOT_OURS}its {SUMS} can't be read.")
        sums[name] = digest
    return sums


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, ValueError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise ArchiveUnreadable(f"{NOT_OURS}{error}.") from error
