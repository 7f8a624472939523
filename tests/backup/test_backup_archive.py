"""The archive in a backup, as a stranger may have made it."""

import gzip
import io
import subprocess
import sys
import tarfile
import tracemalloc
from pathlib import Path

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


UNDER_A_LIMIT = """
import resource, sys
from supporters.backup.backup_archive import ArchiveUnreadable, read_archive
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]),) * 2)
for path in sys.argv[2:]:
    try:
        for _, content in read_archive(open(path, "rb")):
            while content.read(1 << 20):
                pass
    except ArchiveUnreadable as error:
        print(error)
"""
MOST_BYTES = 40 * BLOCK
PIECES = 80  # of a megabyte each


def header_of(kind: bytes, size: int) -> bytes:
    member = tarfile.TarInfo("endless")
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


def begin_holes() -> bytes:
    """Return the header of a file with holes whose list goes on."""
    first = bytearray(header_of(tarfile.GNUTYPE_SPARSE, 0))
    first[482] = 1
    total = sum(first[:148]) + sum(first[156:]) + 8 * 32
    first[148:156] = f"{total:06o}\0 ".encode()
    return bytes(first)


ONE_PAX_HEADER = header_of(tarfile.XHDTYPE, 9) + b"9 a=aaaa\n".ljust(512, b"\0")
HOSTILE = {
    "a long pax header": (header_of(tarfile.XHDTYPE, PIECES * BLOCK), b"9 a=aaaa\n" * (BLOCK // 9)),
    "a long name": (header_of(tarfile.GNUTYPE_LONGNAME, PIECES * BLOCK), b"a" * BLOCK),
    "headers in a row": (b"", ONE_PAX_HEADER * 1024),
    "holes without an end": (begin_holes(), (b"00000000001\0" * 42).ljust(512, b"\1") * 2048),
}


def test_no_header_takes_more_than_its_memory(tmp_path: Path) -> None:
    for name, (beginning, piece) in HOSTILE.items():
        with gzip.open(tmp_path / name, "wb", compresslevel=1) as zipped:
            zipped.write(beginning)
            for _ in range(PIECES):
                zipped.write(piece)
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            UNDER_A_LIMIT,
            str(MOST_BYTES),
            *(tmp_path / each for each in HOSTILE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr == ""
    assert said.stdout.count("a header in it is too long") == len(HOSTILE)
