"""Signed checkpoints of the tree, in the format that other transparency logs use.

A checkpoint (C2SP tlog-checkpoint) is a signed note (C2SP signed-note). It has the log's name, its
size and root, and the time of sealing, then a line with an Ed25519 signature (RFC 8032).
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

from supporters.transparency_log.log_records import format_moment

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
    """The text isn't a checkpoint, or this key didn't sign it."""


@dataclass(frozen=True)
class Checkpoint:
    """The size, the root and the time of a signed tree.

    `sealed_at` is as written in the text; `text` is the whole checkpoint.
    """

    origin: str
    size: int
    root: bytes
    sealed_at: str
    text: str


def sign_checkpoint(
    key: Ed25519PrivateKey, *, origin: str, size: int, root: bytes, sealed_at: datetime
) -> str:
    """Return the signed text of a checkpoint."""
    body = f"{origin}\n{size}\n{_encode(root)}\nsealed {format_moment(sealed_at)}\n"
    signed = _key_hash(origin, key.public_key()) + key.sign(body.encode())
    return f"{body}\n{MARK}{origin} {_encode(signed)}\n"


def read_checkpoint(text: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return the contents of a checkpoint. Raises CheckpointInvalid unless this key signed it.

    Others may have signed it too, as signed notes allow. Each checkpoint has exactly one text: any
    other encoding of the same contents is invalid.
    """
    match = FORM.fullmatch(text)
    if match is None:
        raise CheckpointInvalid(text)
    body, origin, size, root, sealed_at, signatures = match.groups()
    for line in signatures.splitlines():
        if _is_signed(line, body, origin=origin, key=key):
            return Checkpoint(origin, int(size), base64.b64decode(root), sealed_at, text)
    raise CheckpointInvalid(text)


def read_checkpoint_of_another_key(text: str, key: Ed25519PublicKey) -> Checkpoint | None:
    """Return the contents of a checkpoint that names another key; None if it names this one."""
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
    """Tell whether a line is this key's signature of a body, in our encoding."""
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
    """Return the public key in the format of signed-note verifiers: name+hash+key."""
    return f"{origin}+{_key_hash(origin, key).hex()}+{_encode(ED25519 + key.public_bytes_raw())}"


def _key_hash(origin: str, key: Ed25519PublicKey) -> bytes:
    named = f"{origin}\n".encode() + ED25519 + key.public_bytes_raw()
    return hashlib.sha256(named).digest()[:4]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def extract_checkpoints(raw: bytes, key: Ed25519PublicKey) -> Iterator[Checkpoint | str]:
    """Yield each checkpoint in a file once; as plain text if this key didn't sign it."""
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
    """Yield the texts in a file: the whole, the values of its JSON lines, the parts of an email."""
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


def find_largest_checkpoint(checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
    """Return the checkpoint of the largest tree; None if there is none."""
    return max(
        checkpoints, key=lambda checkpoint: (checkpoint.size, checkpoint.sealed_at), default=None
    )
