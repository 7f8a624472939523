"""Signed heads of the tree, in the form that other transparency logs use too.

A checkpoint (C2SP tlog-checkpoint) is a signed note (C2SP signed-note): the log's name, its size
and root, when it was sealed; then a line with an Ed25519 signature (RFC 8032).
"""

import base64
import email
import email.policy
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from supporters.transparency_log.log_records import moment

ED25519 = b"\1"
MARK = "— "
FORM = re.compile(
    r"((\S+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\n"
    r"sealed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n)\n((?:— \S+ \S+\n)+)",
    re.ASCII,
)
QUOTED = re.compile(r"^[ \t>]+|[ \t\r]+$", re.MULTILINE)
LOOKS_LIKE_ONE = re.compile(
    r"^\S+\n[0-9]+\n\S+\nsealed \S+\n\n(?:— \S+ \S+(?:\n|$))+", re.MULTILINE
)


class CheckpointInvalid(ValueError):
    """The text isn't a checkpoint, or isn't signed by this key."""


@dataclass(frozen=True)
class Checkpoint:
    """What a tree came to: `sealed_at` as it stands in the text, which is kept whole."""

    origin: str
    size: int
    root: bytes
    sealed_at: str
    text: str


def sign_checkpoint(
    key: Ed25519PrivateKey, *, origin: str, size: int, root: bytes, sealed_at: datetime
) -> str:
    """Return the signed text of a head."""
    body = f"{origin}\n{size}\n{_encode(root)}\nsealed {moment(sealed_at)}\n"
    signed = _key_hash(origin, key.public_key()) + key.sign(body.encode())
    return f"{body}\n{MARK}{origin} {_encode(signed)}\n"


def read_checkpoint(text: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return what a checkpoint says. Raises CheckpointInvalid unless this key signed it.

    Signatures of others may stand beside ours, as signed notes allow. A text that could be written
    in another way too is refused: one head has one text.
    """
    match = FORM.fullmatch(text)
    if match is None:
        raise CheckpointInvalid(text)
    body, origin, size, root, sealed_at, signatures = match.groups()
    for line in signatures.splitlines():
        if _is_signed(line, body, origin=origin, key=key):
            return Checkpoint(origin, int(size), base64.b64decode(root), sealed_at, text)
    raise CheckpointInvalid(text)


def read_of_another_key(text: str, key: Ed25519PublicKey) -> Checkpoint | None:
    """Return what a head says that names another key than this one; None if it names this one."""
    match = FORM.fullmatch(text)
    if match is None:
        return None
    _, origin, size, root, sealed_at, signatures = match.groups()
    lines = [line.removeprefix(MARK).partition(" ") for line in signatures.splitlines()]
    ours = _encode(_key_hash(origin, key))[:5]  # four bytes; a signature follows them
    if any(name == origin and encoded.startswith(ours) for name, _, encoded in lines):
        return None
    return Checkpoint(origin, int(size), base64.b64decode(root), sealed_at, text)


def _is_signed(line: str, body: str, *, origin: str, key: Ed25519PublicKey) -> bool:
    """Tell whether a line is the signature of a body by this key, written as we write it."""
    name, _, encoded = line.removeprefix(MARK).rpartition(" ")
    try:
        signed = base64.b64decode(encoded, validate=True)
        if name != origin or signed[:4] != _key_hash(origin, key) or _encode(signed) != encoded:
            return False
        key.verify(signed[4:], body.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """Return the public key as verifiers of signed notes take it: name+hash+key."""
    return f"{origin}+{_key_hash(origin, key).hex()}+{_encode(ED25519 + key.public_bytes_raw())}"


def _key_hash(origin: str, key: Ed25519PublicKey) -> bytes:
    named = f"{origin}\n".encode() + ED25519 + key.public_bytes_raw()
    return hashlib.sha256(named).digest()[:4]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def find_checkpoints(raw: bytes, key: Ed25519PublicKey) -> Iterator[Checkpoint | str]:
    """Yield each checkpoint in a file, once; one that this key didn't sign as its mere text."""
    found: dict[str, None] = {}
    for text in _texts_in(raw):
        found.update(dict.fromkeys(LOOKS_LIKE_ONE.findall(QUOTED.sub("", text))))
    for text in found:
        whole = f"{text.rstrip()}\n"
        try:
            yield read_checkpoint(whole, key)
        except CheckpointInvalid:
            yield whole


def _texts_in(raw: bytes) -> Iterator[str]:
    """Yield the texts in a file: itself, the values of its JSON lines, the parts of a mail."""
    text = raw.decode("utf-8", "replace")
    yield text
    for line in text.splitlines():
        if line.lstrip().startswith("{"):
            try:
                yield str(json.loads(line).get("checkpoint"))
            except ValueError:
                continue
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            try:
                yield str(part.get_content())
            except (LookupError, ValueError):
                continue


def find_newest(heads: Iterable[Checkpoint]) -> Checkpoint | None:
    """Return the head of the largest tree; None if there is none."""
    return max(heads, key=lambda head: (head.size, head.sealed_at), default=None)
