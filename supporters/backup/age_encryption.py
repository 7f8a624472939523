"""Encrypts and decrypts streams with age, a program of Debian (age-encryption.org).

Backups are encrypted for a public key. The private key is needed to try or to restore one, and need
never be on the machine that makes them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from typing import IO, cast

from supporters.backup.backup_manifest import BackupFault
from supporters.backup.tool_processes import PIPE, Tool, read_complaint, running

AGE, KEYGEN = "age", "age-keygen"
WORDS = {
    "no identity matched": (
        "This private key doesn't open it: it was encrypted for another one. Give the key whose "
        "public key was in SUPPORTERS_BACKUP_RECIPIENTS at that time."
    ),
    "failed to read header": "It isn't a backup, or it is cut off at its beginning.",
    "unknown identity type": "That isn't a private key of age. It begins with AGE-SECRET-KEY-1.",
    "malformed secret key": "That private key of age is damaged or incomplete.",
    "no secret keys found": "There is no private key of age in that file.",
    "unexpected EOF": "It is cut off: a part is missing. Copy it again, or take another one.",
    "failed to decrypt": "It was damaged or cut off. Copy it again, or take another one.",
    "no space left": "The disk is full. Nothing was changed. Make room, and run this again.",
    "malformed recipient": "A public key in SUPPORTERS_BACKUP_RECIPIENTS is damaged or incomplete.",
}


class ArchiveUnreadable(Exception):
    """The decrypted stream isn't the archive of a backup, or ends too early."""


def make_identity() -> tuple[bytes, str]:
    """Return a new private key, which is on no disk, and its public key. Raises BackupFault."""
    with running([KEYGEN], package=AGE, stdout=PIPE) as tool:
        made = cast(IO[bytes], tool.stdout).read()
        if tool.wait():
            raise _describe(tool)
    return made, made.decode().partition("# public key: ")[2].splitlines()[0]


@contextmanager
def encrypting(target: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """Encrypt all that is written in this block into a file. Raises BackupFault."""
    options = [word for each in recipients for word in ("--recipient", each)]
    command = [AGE, "--encrypt", *options]
    with running(command, package=AGE, stdin=PIPE, stdout=target) as age:
        source = cast(IO[bytes], age.stdin)
        try:
            yield source
            source.close()
        except BrokenPipeError as error:
            raise _describe(age) from error
        if age.wait():
            raise _describe(age)


@contextmanager
def decrypting(path: str, identity: bytes) -> Iterator[IO[bytes]]:
    """Decrypt a file for this block with a private key of age. Raises BackupFault.

    The block must read all of it: only the end of the stream shows that the file is whole.
    """
    command = [AGE, "--decrypt", "--identity", "-", path]
    with running(command, package=AGE, stdin=PIPE, stdout=PIPE) as age:
        key = Thread(target=_write_key, args=(cast(IO[bytes], age.stdin), identity))
        key.start()
        plain = cast(IO[bytes], age.stdout)
        try:
            yield plain
        except ArchiveUnreadable as error:
            while plain.read(1 << 20):
                pass
            raise (_describe(age) if age.wait() else BackupFault(str(error))) from error
        finally:
            key.join()
        if age.wait():
            raise _describe(age)


def _write_key(target: IO[bytes], identity: bytes) -> None:
    with suppress(BrokenPipeError), target:  # age may end before it reads the key, and says why
        target.write(identity)


def _describe(age: Tool) -> BackupFault:
    """Return the fault that age names, in our words where we know it."""
    said = read_complaint(age)
    for sign, words in WORDS.items():
        if sign in said:
            return BackupFault(words)
    first = (said.splitlines() or ["it ended without a word"])[0]
    return BackupFault(f"age failed: {first.removeprefix('age: error: ')}")
