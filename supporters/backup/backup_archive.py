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
SUMS_BYTES = 16 * BLOCK  # of a database of a terabyte; more are an attack on our memory
LEVEL = 6
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


def read_archive(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name and the content of each member, in their order.

    Raises ArchiveUnreadable, after the last member if a hash differs or a member is missing.
    """
    sums: dict[str, str] = {}
    promised: dict[str, str] | None = None
    with _as_unreadable(), tarfile.open(mode="r|", fileobj=gzip.GzipFile(fileobj=source)) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None or promised is not None:
                raise ArchiveUnreadable(f"{NOT_OURS}it contains {member.name}.")
            hashed = _HashedReader(content)
            if member.name == SUMS:
                promised = _read_sums(hashed.read(SUMS_BYTES))
                continue
            yield member.name, cast(IO[bytes], hashed)
            while hashed.read(BLOCK):
                pass
            sums[member.name] = hashed.digest.hexdigest()
    if promised is None:
        raise ArchiveUnreadable(f"{NOT_OURS}it has no {SUMS}, or its end is missing.")
    if promised != sums:
        differing = sorted({*promised.items()} ^ {*sums.items()})
        raise ArchiveUnreadable(f"It was altered: {differing[0][0]} isn't what was stored.")


def _read_sums(raw: bytes) -> dict[str, str]:
    lines = (line.partition("  ") for line in raw.decode(errors="replace").splitlines())
    return {name: digest for digest, _, name in lines}


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise ArchiveUnreadable(f"{NOT_OURS}{error}.") from error
