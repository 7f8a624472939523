"""Checks a consent receipt, offline: python verify_receipt.py RECEIPT.json KEY_OF_THE_LOG"""

import hashlib
import hmac
import json
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def root_of(leaf, proof):  # RFC 9162 section 2.1.3.2
    node, last, found = proof["index"], proof["size"] - 1, leaf
    for step in map(bytes.fromhex, proof["path"]):
        is_right = node & 1 or node == last
        found = hashlib.sha256(b"\1" + (step + found if is_right else found + step)).digest()
        while is_right and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return found if last == 0 <= proof["index"] < proof["size"] else b""


def verify(receipt, verifier_key):
    origin, _, encoded = verifier_key.strip().split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])
    signed = {name: value for name, value in receipt.items() if name != "signature"}
    text = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key.verify(b64decode(receipt["signature"], validate=True), b"supporters.receipt/1\n" + text)
    head = receipt["checkpoint"].partition("\n\n")[0]
    key.verify(b64decode(receipt["checkpoint"].split()[-1])[4:], f"{head}\n".encode())
    consent, who, record = receipt["consent"], receipt["controller"], json.loads(receipt["record"])
    entry = hmac.digest(bytes.fromhex(receipt["key"]), receipt["record"].encode(), "sha256")
    leaf = f"\0{record['schema']}\n{record['kind']}\n{record['id']}\n".encode() + entry
    root = b64encode(root_of(hashlib.sha256(leaf).digest(), receipt["proof"])).decode()
    ground = f"GDPR article 6(1)(a) and article {record.get('basis', '9(2)(a)')}"  # as at first
    said = [hashlib.sha256(consent["text"].encode()).hexdigest(), who, consent["legal_ground"]]
    recorded = [record["wording"]["sha256"], record.get("controller", who), ground]
    said += [consent[name] for name in ("confirmed_at", "asked_at", "page_url", "method")]
    recorded += [record[name] for name in ("occurred_at", "requested_at", "page_url", "method")]
    is_consent = record["kind"] in {"confirmed", "renewed"} and said == recorded
    return is_consent and head.split("\n")[:3] == [origin, str(receipt["proof"]["size"]), root]


try:
    is_genuine = verify(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])
except (InvalidSignature, LookupError, ValueError, TypeError, AttributeError):
    is_genuine = False
sys.exit(0 if is_genuine else "NOT genuine: it was changed, or this isn't the key of its log.")
