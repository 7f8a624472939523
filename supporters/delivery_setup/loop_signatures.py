"""The DKIM signatures of a message that came back: whose they are, and whether they verify."""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature

from supporters.delivery_setup.dkim_check import is_family, read_rsa_key
from supporters.delivery_setup.dmarc_check import walk
from supporters.dns_lookups import Dns, DnsSilent
from supporters.mail.dkim.rules import read_tags
from supporters.mail.message.dkim_signing import (
    CRLF,
    HASH,
    PADDING,
    canonicalise_body,
    canonicalise_field,
    list_fields,
    name_of,
)

MOST = 8
LINE_END = re.compile(rb"\r?\n")
VALUE_OF_B = re.compile(rb"([;:]\s*b\s*=)[^;]*")


@dataclass(frozen=True)
class Signature:
    """A DKIM-Signature of a message, as it is written.

    `is_aligned` tells whether it counts for our From. `verifies` is None if that can't be judged.
    """

    domain: str
    selector: str
    headers: Sequence[str]
    written: bytes
    is_aligned: bool = False
    verifies: bool | None = None


def check_signatures(raw: bytes, from_domain: str, dns: Dns) -> list[Signature]:
    """Return the signatures of a message, checked as receivers do, if DNS answers."""
    head, _, body = LINE_END.sub(CRLF, raw).partition(CRLF + CRLF)
    fields = list_fields(head)
    found = [_read(each) for each in fields if name_of(each) == b"dkim-signature"][::-1][:MOST]
    try:
        ours = walk(dns, from_domain).organisation
        return [
            replace(
                each,
                is_aligned=each.domain == from_domain
                or (bool(each.domain) and walk(dns, each.domain).organisation == ours),
                verifies=_verify(dns, each, fields, body=body),
            )
            for each in found
        ]
    except DnsSilent:
        return [replace(each, is_aligned=is_family(each.domain, from_domain)) for each in found]


def _read(written: bytes) -> Signature:
    tags = _read_tags(written)
    headers = [each.strip().lower() for each in tags.get("h", "").split(":")]
    return Signature(tags.get("d", "").lower(), tags.get("s", "").lower(), headers, written)


def _read_tags(written: bytes) -> Mapping[str, str]:
    value = written.partition(b":")[2].replace(CRLF, b"").decode("ascii", "replace")
    return read_tags(value)


def _verify(dns: Dns, signature: Signature, fields: Sequence[bytes], *, body: bytes) -> bool | None:
    """Verify a signature of RSA and SHA-256 (RFC 6376 section 6.1). Raises DnsSilent."""
    tags = _read_tags(signature.written)
    records = dns.texts(f"{signature.selector}._domainkey.{signature.domain}")
    key = read_rsa_key(read_tags(records[0]).get("p", "")) if len(records) == 1 else None
    if key is None or tags.get("a") != "rsa-sha256":
        return None
    ways = tags.get("c", "simple").lower().partition("/")
    relaxed_body = canonicalise_body(body)
    canonical = relaxed_body if ways[2] == "relaxed" else body.rstrip(CRLF) + CRLF
    length = int(tags["l"]) if tags.get("l", "").isdecimal() else len(canonical)
    canonicalise = canonicalise_field if ways[0] == "relaxed" else bytes
    chosen = [*_choose(fields, signature.headers), VALUE_OF_B.sub(rb"\1", signature.written, 1)]
    try:
        if b64decode(_join(tags.get("bh", ""))) != sha256(canonical[:length]).digest():
            return False
        octets = b64decode(_join(tags.get("b", "")))
        key.verify(octets, CRLF.join(map(canonicalise, chosen)), PADDING, HASH)
    except (InvalidSignature, NoBase64):
        return False
    return True


def _choose(fields: Sequence[bytes], names: Sequence[str]) -> list[bytes]:
    """Return the fields that are signed: of repeated ones, the last is the first (5.4.2)."""
    left, chosen = [*fields], []
    for name in names:
        wanted = name.encode("ascii", "replace")
        if found := next((each for each in left if name_of(each) == wanted), None):
            left.remove(found)
            chosen.append(found)
    return chosen


def _join(value: str) -> str:
    return "".join(value.split())
