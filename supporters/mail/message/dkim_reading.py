"""Reads the DKIM signatures of a received email, and verifies one of ours (RFC 6376 section 6).

Other senders sign in other ways: of their signatures only the tags are read.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from supporters.mail.message.dkim_signing import (
    CRLF,
    HASH,
    PADDING,
    canonicalise_body,
    canonicalise_field,
    list_fields,
    name_of,
)

SIGNATURE = b"dkim-signature"
ANY_BREAK = re.compile(rb"\r\n|\r|\n")
BLANKS = re.compile(r"\s+")
VALUE_OF_B = re.compile(rb"((?:^|[;:])\s*b\s*=)[^;]*")
OURS = {"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed"}


@dataclass(frozen=True, kw_only=True)
class DkimSignature:
    """A signature: its domain and selector, the names of the signed fields, and all its tags.

    A field that the message lacks may be signed too: it must not be added later.
    """

    domain: str
    selector: str
    signed: tuple[str, ...]
    tags: dict[str, str]
    field: bytes


def list_signatures(raw: bytes) -> list[DkimSignature]:
    """Return the signatures of an email, the newest first; what isn't one is left out."""
    fields = list_fields(_split(raw)[0])[::-1]
    return [*_read_signatures(field for field in fields if name_of(field) == SIGNATURE)]


def is_intact(raw: bytes, signature: DkimSignature, public_key: str) -> bool:
    """Tell whether an email is as it was when we signed it with this key, in base64."""
    if {tag: signature.tags.get(tag) for tag in OURS} != OURS or "l" in signature.tags:
        return False
    head, body = _split(raw)
    try:
        body_hash = b64decode(signature.tags["bh"], validate=True)
        key = load_der_public_key(b64decode(public_key, validate=True))
        if (
            not isinstance(key, RSAPublicKey)
            or body_hash != sha256(canonicalise_body(body)).digest()
        ):
            return False
        signed = CRLF.join([*_list_signed(head, signature), _without_value(signature.field)])
        key.verify(b64decode(signature.tags["b"], validate=True), signed, PADDING, HASH)
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header and the body with CRLF: a mailbox may store other line ends."""
    head, _, body = ANY_BREAK.sub(CRLF, raw).partition(CRLF + CRLF)
    return head, body


def _read_signatures(fields: Iterator[bytes]) -> Iterator[DkimSignature]:
    for field in fields:
        tags = _read_tags(field)
        if {"d", "s", "h"} <= tags.keys():
            signed = tuple(tags["h"].lower().split(":"))
            yield DkimSignature(
                domain=tags["d"].lower(), selector=tags["s"], signed=signed, tags=tags, field=field
            )


def _read_tags(field: bytes) -> dict[str, str]:
    value = BLANKS.sub("", field.partition(b":")[2].decode("ascii", "replace"))
    pairs = (each.partition("=") for each in value.split(";"))
    return {tag: content for tag, _, content in pairs if tag}


def _list_signed(head: bytes, signature: DkimSignature) -> Iterator[bytes]:
    """Yield the signed fields: of repeated ones the last comes first."""
    left = list_fields(head)
    for name in signature.signed:
        found = next((each for each in left if name_of(each) == name.encode()), None)
        if found is not None:
            left.remove(found)
            yield canonicalise_field(found)


def _without_value(field: bytes) -> bytes:
    return canonicalise_field(VALUE_OF_B.sub(rb"\1", field))
