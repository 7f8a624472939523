"""Checks a consent receipt, offline: python verify_receipt.py RECEIPT.json KEY_OF_THE_LOG"""

import hashlib
import hmac
import json
import sys
from base64 import b64decode
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TIMES_AND_WORDS = (
    *("confirmed_at", "asked_at", "page_url", "method"),
    *("text_sha256", "text_version", "language", "page_sha256"),
)


def root_of(leaf, index, size, path):  # RFC 9162 section 2.1.3.2, from the root downwards
    if size == 1:
        return leaf
    step, left = path.pop(), 1 << (size - 1).bit_length() - 1
    if index < left:
        return pair(root_of(leaf, index, left, path), step)
    return pair(step, root_of(leaf, index - left, size - left, path))


def roots_of(old, new, path, old_root=None):  # RFC 9162 section 2.1.4.2: at both sizes of a tree
    if old == new:
        return (old_root or path.pop(),) * 2
    step, left = path.pop(), 1 << (new - 1).bit_length() - 1
    if old <= left:
        roots = roots_of(old, left, path, old_root)
        return roots[0], pair(roots[1], step)
    return tuple(pair(step, root) for root in roots_of(old - left, new - left, path))


def pair(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def read_head(text, origin, key):  # C2SP signed-note: others may have signed it beside the log
    body, _, lines = text.partition("\n\n")
    if not any(is_signature(line, body, origin, key) for line in lines.splitlines()):
        raise InvalidSignature
    name, size, root, sealed = body.split("\n")
    return name == origin and int(size), b64decode(root), sealed.removeprefix("sealed ")


def is_signature(line, body, origin, key):
    _, name, signature = line.split(" ")
    try:
        return name == origin and not key.verify(b64decode(signature)[4:], f"{body}\n".encode())
    except InvalidSignature:
        return False


def is_as_recorded(consent, who, record):
    words, page = record["wording"], record["page"] or {"sha256": None}
    said = [consent[name] for name in TIMES_AND_WORDS] + [each["id"] for each in consent["purposes"]]
    said += [who, consent["legal_ground"], hashlib.sha256(consent["text"].encode()).hexdigest()]
    recorded = [record[name] for name in ("occurred_at", "requested_at", "page_url", "method")]
    recorded += [words["sha256"], words["version"], words["language"], page["sha256"]]
    ground = f"GDPR article 6(1)(a) and article {record.get('basis', '9(2)(a)')}"  # as at first
    recorded += [record["purpose"], record.get("controller", who), ground, words["sha256"]]
    return record["kind"] in {"confirmed", "renewed"} and said == recorded


def when_sealed(sealed, index, newest, origin, key):  # between two heads that the newest grew from
    after, by = (sealed[name] and read_head(sealed[name], origin, key) for name in ("after", "by"))
    for head, name in ((after, "after_path"), (by, "by_path")):
        path = [bytes.fromhex(step) for step in sealed[name]]
        if head and (roots_of(head[0], newest[0], path, head[1]) != (head[1], newest[1]) or path):
            raise InvalidSignature
    if not (after[0] if after else 0) <= index < by[0]:
        raise InvalidSignature
    return after and after[2], by[2]


def verify(receipt, verifier_key):
    origin, _, encoded = verifier_key.strip().split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])
    signed = {name: value for name, value in receipt.items() if name != "signature"}
    text = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key.verify(b64decode(receipt["signature"], validate=True), b"supporters.receipt/1\n" + text)
    record, index, size = json.loads(receipt["record"]), *map(receipt["proof"].get, ("index", "size"))
    entry = hmac.digest(bytes.fromhex(receipt["key"]), receipt["record"].encode(), "sha256")
    leaf = f"\0{record['schema']}\n{record['kind']}\n{record['id']}\n".encode() + entry
    leaf, path = hashlib.sha256(leaf).digest(), [*map(bytes.fromhex, receipt["proof"]["path"])]
    newest = read_head(receipt["checkpoint"], origin, key)
    is_in = 0 <= index < size and newest[:2] == (size, root_of(leaf, index, size, path)) and not path
    is_right = is_in and receipt["leaf"] == leaf.hex()
    if not is_right or not is_as_recorded(receipt["consent"], receipt["controller"], record):
        return None
    if "sealed" not in receipt:
        return "Genuine. It doesn't say when it was sealed: the first receipts didn't."
    after, by = when_sealed(receipt["sealed"], index, newest, origin, key)
    ...
