"""Finds checkpoints in whatever they were kept in: a file of them, a saved mail, a web page."""

import email
import email.policy
import json
import re
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from supporters.consent.log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint

QUOTED = re.compile(r"^[ \t>]+|[ \t\r]+$", re.MULTILINE)
LOOKS_LIKE_ONE = re.compile(
    r"^\S+\n[0-9]+\n\S+\nsealed \S+\n\n(?:— \S+ \S+(?:\n|$))+", re.MULTILINE
)


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
