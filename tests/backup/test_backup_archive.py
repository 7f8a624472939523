"""The archive in a backup, as a stranger may have made it."""

import gzip
import io
import tarfile
import tracemalloc

import pytest

from supporters.backup.age_encryption import ArchiveUnreadable
from supporters.backup.backup_archive import BLOCK, SUMS, SUMS_BYTES, read_archive


class Zeros(io.RawIOBase):
    """An endless stream."""

    def read(self, size: int = -1) -> bytes:
        """Return zeros."""
        return bytes(size)


def test_a_member_that_unpacks_to_much_takes_no_memory() -> None:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as zipped,
        tarfile.open(mode="w|", fileobj=zipped) as tar,
    ):
        member = tarfile.TarInfo(SUMS)
        member.size = 5 * SUMS_BYTES
        tar.addfile(member, Zeros())
    packed.seek(0)
    tracemalloc.start()
    with pytest.raises(ArchiveUnreadable):
        list(read_archive(packed))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * SUMS_BYTES + BLOCK
