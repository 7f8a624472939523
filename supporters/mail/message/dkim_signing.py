"""Signs our emails with DKIM (RFC 6376): RSA, relaxed/relaxed, no `l=` (RFC 8301).

It signs the bytes that leave: every message of ours is ASCII with short lines and CRLF, and no line
begins with a dot, so no relay has a reason to encode it anew. All its header fields are signed but
those for the provider of the relay, which may remove them.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from supporters import clock

CRLF = b"\r\n"
FOLD = b"\r\n "
BETWEEN_FIELDS = re.compile(rb"\r\n(?![ \t])")
BLANKS = re.compile(rb"[ \t]+")
LONGEST_LINE = 76
# A field with one of these names that is added later breaks the signature.
NOT_TO_BE_ADDED = (
    *(b"from", b"to", b"cc", b"subject", b"date", b"reply-to", b"message-id"),
    *(b"mime-version", b"content-type"),
)
FOR_PROVIDERS = (b"x-mj-", b"x-mailjet-", b"x-mailin-", b"x-ses-")
FIELDS_CACHED = 256  # most fields are the same in all emails of a campaign
PADDING, HASH = PKCS1v15(), SHA256()


@dataclass(frozen=True)
class SigningKey:
    """The key that signs for a domain, and the selector under which its public half stands."""

    domain: str
    selector: str
    private_key: RSAPrivateKey


SigningKeys = Mapping[str, SigningKey]


def sign(message: bytes, keys: SigningKeys) -> bytes:
    """Return a message with a signature of the key of its sender's domain, if there is one."""
    head, _, body = message.partition(CRLF + CRLF)
    fields = [each for each in list_fields(head) if not name_of(each).startswith(FOR_PROVIDERS)]
    names = tuple(map(name_of, fields))
    key = keys.get(_domain_of(fields[names.index(b"from")])) if b"from" in names else None
    if key is None:
        return message
    beginning, canonical = _begin(key.domain, key.selector, names)
    body_hash = b64encode(sha256(canonicalise_body(body)).digest())
    ending = b"t=%d; bh=%b;" % (int(clock.now().timestamp()), body_hash)
    signed = CRLF.join([*map(canonicalise_field, fields), b"%b %b b=" % (canonical, ending)])
    signature = b64encode(key.private_key.sign(signed, PADDING, HASH))
    return CRLF.join([beginning, b" " + ending, b" b=" + _fold_value(signature), message])


def list_fields(head: bytes) -> list[bytes]:
    """Return the fields of a header, the last one first: so a verifier takes repeated ones."""
    return BETWEEN_FIELDS.split(head)[::-1]


@lru_cache(FIELDS_CACHED)
def name_of(field: bytes) -> bytes:
    """Return the name of a field in small letters."""
    return field.partition(b":")[0].rstrip().lower()


@lru_cache(FIELDS_CACHED)
def canonicalise_field(field: bytes) -> bytes:
    """Return a field without its line end, as section 3.4.2 says."""
    value = field.partition(b":")[2].replace(CRLF, b"")
    return b"%b:%b" % (name_of(field), BLANKS.sub(b" ", value).strip(b" "))


def canonicalise_body(body: bytes) -> bytes:
    """Return a body as section 3.4.4 says; its lines end in CRLF."""
    text = (body.replace(b"\t", b" ") + CRLF).split(b"  ")  # far faster than an expression
    text[1:] = [words for each in text[1:] if (words := each.lstrip(b" "))]
    stripped = b" ".join(text).replace(b" \r\n", CRLF).rstrip(CRLF)
    return stripped + CRLF if stripped else b""


@lru_cache(FIELDS_CACHED)
def _domain_of(sender: bytes) -> str:
    """Return the domain of the From of a message of ours, which has one address."""
    return sender.rpartition(b"@")[2].rstrip(b"> ").decode("ascii", "replace").lower()


@lru_cache(FIELDS_CACHED)
def _begin(domain: str, selector: str, names: tuple[bytes, ...]) -> tuple[bytes, bytes]:
    """Return what the signatures of many messages begin with: as it is sent, and canonical."""
    tags = f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d={domain}; s={selector};"
    lines = [b" h="]
    for name in (*names, *NOT_TO_BE_ADDED):
        if len(lines[-1]) + len(name) >= LONGEST_LINE:
            lines.append(b" ")
        lines[-1] += name + b":"
    lines[-1] = lines[-1].removesuffix(b":") + b";"
    written = CRLF.join([tags.encode(), *lines])
    return written, canonicalise_field(written)


def _fold_value(encoded: bytes) -> bytes:
    step = LONGEST_LINE - len(" b=")
    return FOLD.join(encoded[start : start + step] for start in range(0, len(encoded), step))
