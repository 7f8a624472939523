"""Signed notes (C2SP signed-note): a text, and lines that sign it, each with the name of its key.

Both kinds of line are Ed25519 (RFC 8032). A signature signs the text alone. A cosignature (C2SP
tlog-cosignature) signs a time in seconds as well. Lines of unknown keys count for nothing.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE, COSIGNATURE = b"\1", b"\4"
MARK = "— "
ID_BYTES, TIME_BYTES = 4, 8
LATEST = 2**63 - 1  # seconds; tlog-cosignature allows no later time


class SignatureInvalid(ValueError):
    """A line names this key, and this key didn't sign it."""


class Cosignature(NamedTuple):
    """A line that signs a time, and that time in seconds since 1970."""

    line: str
    seconds: int


@dataclass(frozen=True)
class NoteVerifier:
    """A key and its name."""

    name: str
    key: Ed25519PublicKey

    def is_signed(self, lines: Iterable[str], body: str) -> bool:
        """Tell whether one of the lines is this key's signature. Raises SignatureInvalid."""
        found = False
        for _, signature in self._find(lines, SIGNATURE):
            self._verify(signature, body.encode())
            found = True
        return found

    def find_cosignature(self, lines: Iterable[str], body: str) -> Cosignature | None:
        """Return the last cosignature of this key; None without one. Raises SignatureInvalid."""
        found = None
        for line, signed in self._find(lines, COSIGNATURE):
            seconds = int.from_bytes(signed[:TIME_BYTES])
            if seconds > LATEST:
                raise SignatureInvalid(self.name)
            self._verify(signed[TIME_BYTES:], _cosigned(body, seconds))
            found = Cosignature(f"{line}\n", seconds)
        return found

    def is_named(self, lines: Iterable[str]) -> bool:
        """Tell whether one of the lines names this key. Raises SignatureInvalid."""
        return any(True for _ in self._find(lines, SIGNATURE))

    def as_text(self, kind: bytes = SIGNATURE) -> str:
        """Return the key in the format of signed-note verifiers: name+id+key."""
        encoded = _encode(kind + self.key.public_bytes_raw())
        return f"{self.name}+{self.find_id(kind).hex()}+{encoded}"

    def find_id(self, kind: bytes) -> bytes:
        """Return the four bytes that lines of this key begin with."""
        named = f"{self.name}\n".encode() + kind + self.key.public_bytes_raw()
        return hashlib.sha256(named).digest()[:ID_BYTES]

    def _find(self, lines: Iterable[str], kind: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield each line of this key, with what follows its id."""
        for line in lines:
            signer, _, encoded = line.removeprefix(MARK).partition(" ")
            try:
                raw = base64.b64decode(encoded, validate=True)
            except ValueError:
                continue
            if signer == self.name and raw.startswith(self.find_id(kind)):
                if _encode(raw) != encoded:
                    raise SignatureInvalid(line)
                yield line, raw[ID_BYTES:]

    def _verify(self, signature: bytes, signed: bytes) -> None:
        try:
            self.key.verify(signature, signed)
        except InvalidSignature as error:
            raise SignatureInvalid(self.name) from error


@dataclass(frozen=True)
class NoteSigner:
    """A private key and its name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> NoteVerifier:
        """The public key and the name."""
        return NoteVerifier(self.name, self.key.public_key())

    def sign(self, body: str) -> str:
        """Return the line that signs a text."""
        return self._line(SIGNATURE, self.key.sign(body.encode()))

    def cosign(self, body: str, seconds: int) -> str:
        """Return the line that signs a text and a time, in seconds since 1970."""
        signature = self.key.sign(_cosigned(body, seconds))
        return self._line(COSIGNATURE, seconds.to_bytes(TIME_BYTES) + signature)

    def _line(self, kind: bytes, signed: bytes) -> str:
        return f"{MARK}{self.name} {_encode(self.verifier.find_id(kind) + signed)}\n"


def read_verifier(text: str, kind: bytes) -> NoteVerifier:
    """Return the key in a verifier key of signed notes, name+id+key. Raises ValueError."""
    name, _, rest = text.partition("+")
    raw = base64.b64decode(rest.partition("+")[2], validate=True)
    if raw[:1] != kind:
        raise ValueError(f"The key is of type 0x{raw[:1].hex()}.")
    verifier = NoteVerifier(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
    if len(name.split()) != 1 or name != name.strip() or verifier.as_text(kind) != text:
        raise ValueError("The name or the id isn't that of the key.")
    return verifier


def _cosigned(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
