"""Signed checkpoints of the tree, in the format that other transparency logs use.

A checkpoint (C2SP tlog-checkpoint) is a signed note of three lines: the log's name, its size, its
root. The log signs it twice with one key: once as a note, and once with the time of sealing, as a
cosignature (ADR 132). Until version 1.0 a fourth line had the time; such texts stay valid.
"""

import base64
import email
import email.policy
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from supporters.crypto.signed_notes import Cosignature, NoteSigner, NoteVerifier, SignatureInvalid
from supporters.transparency_log.log_records import format_moment

FORM = re.compile(
    r"((\S+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\n"
    r"(?:sealed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n)?)\n((?:— \S+ \S+\n)+)",
    re.ASCII,
)
QUOTED = re.compile(r"^[ \t>]+|[ \t\r]+$", re.MULTILINE)
LOOKS_LIKE_ONE = re.compile(
    r"^\S+\n[0-9]+\n\S+\n(?:sealed \S+\n)?\n(?:— \S+ \S+(?:\n|$))+", re.MULTILINE
)


class CheckpointInvalid(ValueError):
    """The text isn't a checkpoint, or this key didn't sign it."""


@dataclass(frozen=True)
class Checkpoint:
    """The size, the root and the time of a signed tree.

    `sealed_at` is in the form of canonical texts; an empty text if somebody left out the line with
    it. `text` is the whole checkpoint.
    """

    origin: str
    size: int
    root: bytes
    sealed_at: str
    text: str


def sign_checkpoint(
    key: Ed25519PrivateKey, *, origin: str, size: int, root: bytes, sealed_at: datetime
) -> str:
    """Return the signed text of a checkpoint. Its time is the second that has begun."""
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signer = NoteSigner(origin, key)
    return f"{body}\n{signer.sign(body)}{signer.cosign(body, int(sealed_at.timestamp()))}"


def read_checkpoint(text: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return the contents of a checkpoint. Raises CheckpointInvalid unless this key signed it.

    Others may have signed it too, as signed notes allow. The lines of this key have exactly one
    text: any other encoding of the same contents is invalid.
    """
    match = FORM.fullmatch(text)
    if match is None:
        raise CheckpointInvalid(text)
    body, origin, size, root, sealed_at, signatures = match.groups()
    lines, verifier = signatures.splitlines(), NoteVerifier(origin, key)
    try:
        if not verifier.is_signed(lines, body):
            raise CheckpointInvalid(text)
        sealed_at = sealed_at or _format(verifier.find_cosignature(lines, body))
    except SignatureInvalid as error:
        raise CheckpointInvalid(text) from error
    return Checkpoint(origin, int(size), base64.b64decode(root), sealed_at, text)


def read_checkpoint_of_another_key(text: str, key: Ed25519PublicKey) -> Checkpoint | None:
    """Return the contents of a checkpoint that names another key; None if it names this one.

    Its time is unknown, unless its text has it.
    """
    match = FORM.fullmatch(text)
    if match is None:
        return None
    _, origin, size, root, sealed_at, signatures = match.groups()
    try:
        if NoteVerifier(origin, key).is_named(signatures.splitlines()):
            return None
    except SignatureInvalid:
        return None
    return Checkpoint(origin, int(size), base64.b64decode(root), sealed_at or "", text)


def _format(cosignature: Cosignature | None) -> str:
    if cosignature is None:
        return ""
    try:
        return format_moment(datetime.fromtimestamp(cosignature.seconds, UTC)) or ""
    except (OverflowError, ValueError, OSError) as error:
        raise SignatureInvalid(cosignature.line) from error


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
