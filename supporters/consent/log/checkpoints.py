"""Signed heads of the tree, in the form that other transparency logs use too.

A checkpoint (C2SP tlog-checkpoint) is a signed note (C2SP signed-note): the log's name, its size
and root, when it was sealed; then a line with an Ed25519 signature (RFC 8032).
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from supporters.consent.log.records import moment

ED25519 = b"\1"
MARK = "— "


class CheckpointInvalid(ValueError):
    """The text isn't a checkpoint, or isn't signed by this key."""


@dataclass(frozen=True)
class Checkpoint:
    """What a tree came to: `sealed_at` as it stands in the text."""

    origin: str
    size: int
    root: bytes
    sealed_at: str


def sign_checkpoint(
    key: Ed25519PrivateKey, *, origin: str, size: int, root: bytes, sealed_at: datetime
) -> str:
    """Return the signed text of a head."""
    body = f"{origin}\n{size}\n{_encode(root)}\nsealed {moment(sealed_at)}\n"
    signed = _key_hash(origin, key.public_key()) + key.sign(body.encode())
    return f"{body}\n{MARK}{origin} {_encode(signed)}\n"


def read_checkpoint(text: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return what a checkpoint says. Raises CheckpointInvalid unless this key signed it."""
    try:
        body, _, signature = text.partition("\n\n")
        body += "\n"
        origin, size, root, sealed_at = body.splitlines()
        name, encoded = signature.strip().removeprefix(MARK).rsplit(" ", 1)
        signed = base64.b64decode(encoded, validate=True)
        if name != origin or signed[:4] != _key_hash(origin, key):
            raise CheckpointInvalid(text)
        key.verify(signed[4:], body.encode())
        decoded = base64.b64decode(root, validate=True)
        found = Checkpoint(origin, int(size), decoded, sealed_at.removeprefix("sealed "))
    except (ValueError, InvalidSignature) as error:
        raise CheckpointInvalid(text) from error
    return found


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """Return the public key as verifiers of signed notes take it: name+hash+key."""
    return f"{origin}+{_key_hash(origin, key).hex()}+{_encode(ED25519 + key.public_bytes_raw())}"


def _key_hash(origin: str, key: Ed25519PublicKey) -> bytes:
    named = f"{origin}\n".encode() + ED25519 + key.public_bytes_raw()
    return hashlib.sha256(named).digest()[:4]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
