"""Checks a consent receipt, offline. An ADDRESS asks: is it the receipt of this address?

python verify_receipt.py RECEIPT.json KEY_OF_THE_LOG [KEY_OF_A_WITNESS ...] [ADDRESS]
"""

import hashlib
import hmac
import json
import re
import sys
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

RENAMED = r"/\d{14}$"  # after a restore that lost entries, the log has a name with its time


def root_of(leaf, proof):  # RFC 9162 section 2.1.3.2
    node, last, found = proof["index"], proof["size"] - 1, leaf
    for step in map(bytes.fromhex, proof["path"]):
        is_right = node & 1 or node == last
        found = hashlib.sha256(b"\1" + (step + found if is_right else found + step)).digest()
        while is_right and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return found if last == 0 <= proof["index"] < proof["size"] else b""


def read_key(verifier_key):
    name, _, encoded = verifier_key.strip().split("+", 2)
    return name, Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])


def find_lines(text, name, length):
    for _, signer, encoded in map(str.split, text.partition("\n\n")[2].splitlines()):
        line = b64decode(encoded)[4:]
        if signer == name and len(line) == length:
            yield line


def find_time(text, name, key):  # C2SP tlog-cosignature
    body, at = text.partition("\n\n")[0], None
    for line in find_lines(text, name, 72):
        time = int.from_bytes(line[:8], "big")
        with suppress(InvalidSignature):
            key.verify(line[8:], f"cosignature/v1\ntime {time}\n{body}\n".encode())
            at = f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return at


def read_checkpoint(text, origin, key):  # C2SP tlog-checkpoint: others may have signed it too
    body, is_signed = text.partition("\n\n")[0], False
    name, size, root, *sealed = body.split("\n")  # before version 1.0 the time was a line
    is_known = re.sub(RENAMED, "", name) == re.sub(RENAMED, "", origin)
    for line in find_lines(text, name, 64):
        with suppress(InvalidSignature):
            key.verify(line, f"{body}\n".encode())
            is_signed = is_known
    at = sealed[0].removeprefix("sealed ") if sealed else find_time(text, name, key)
    if not (is_signed and at):
        raise InvalidSignature
    return int(size), b64decode(root), at


def is_of(address, receipt):
    name, _, domain = address.strip().rpartition("@")
    key = f"{name.casefold()}@{domain.lower().encode('idna').decode()}".encode()
    r = bytes.fromhex(receipt.get("holder", {}).get("r", ""))
    return json.loads(receipt["record"]).get("holder") == hashlib.sha256(r + key).hexdigest()


def is_as_recorded(consent, controller, record):
    words, page = record["wording"], record["page"] or {"sha256": None}
    ground = f"GDPR article 6(1)(a) and article {record.get('basis', '9(2)(a)')}"  # old default
    names = ("confirmed_at", "asked_at", "page_url", "method", "text_sha256", "text_version")
    place = ("surface", "origin", "typed_at", "form")  # since the third form of a record
    if [consent.get(each, place) for each in place] != [record.get(each, place) for each in place]:
        return False
    said = [consent[name] for name in (*names, "language", "page_sha256", "legal_ground")]
    recorded = [record[name] for name in ("occurred_at", "requested_at", "page_url", "method")]
    recorded += [words[name] for name in ("sha256", "version", "language")]
    said += [[each["id"] for each in consent["purposes"]], controller]
    recorded += [page["sha256"], ground, [record["purpose"]], record.get("controller", controller)]
    is_text = hashlib.sha256(consent["text"].encode()).hexdigest() == words["sha256"]
    return said == recorded and is_text and record["kind"] in {"confirmed", "renewed"}


def verify(receipt, verifier_key):
    """Return when a genuine receipt was sealed: the times of the checkpoints before and with it."""
    origin, key = read_key(verifier_key)
    signed = {name: value for name, value in receipt.items() if name != "signature"}
    text = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key.verify(b64decode(receipt["signature"], validate=True), b"supporters.receipt/1\n" + text)
    record, proof = json.loads(receipt["record"]), receipt["proof"]
    entry = hmac.digest(bytes.fromhex(receipt["key"]), receipt["record"].encode(), "sha256")
    leaf = f"\0{record['schema']}\n{record['kind']}\n{record['id']}\n".encode() + entry
    leaf = hashlib.sha256(leaf).digest()
    size, root, by = read_checkpoint(receipt["checkpoint"], origin, key)
    before = receipt.get("sealed", {}).get("after")
    fewer, _, after = read_checkpoint(before, origin, key) if before else (0, b"", None)
    is_in = (size, root) == (proof["size"], root_of(leaf, proof)) and fewer <= proof["index"]
    for seen in filter(None, [receipt.get("witnessed")]):
        size, root, _ = read_checkpoint(seen["checkpoint"], origin, key)
        is_in = is_in and (size, root) == (seen["proof"]["size"], root_of(leaf, seen["proof"]))
    is_right = is_as_recorded(receipt["consent"], receipt["controller"], record)
    if address := receipt.get("holder", {}).get("address"):
        is_right = is_right and is_of(address, receipt)
    return (after, by) if is_in and is_right and leaf.hex() == receipt["leaf"] else None


def list_witnesses(receipt, verifier_keys):
    """Yield the name of each witness, and when it saw the receipt's record in the log, or None."""
    text = receipt.get("witnessed", {}).get("checkpoint", "")
    for name, key in map(read_key, verifier_keys):
        yield name, find_time(text, name, key)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        receipt = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        times = verify(receipt, sys.argv[2])
        witnesses = [*list_witnesses(receipt, [each for each in sys.argv[3:] if "@" not in each])]
        addresses = [each for each in sys.argv[3:] if "@" in each]
        others = [each for each in addresses if not is_of(each, receipt)]
    except OSError as error:
        sys.exit(f"{sys.argv[1]} can't be read: {error.strerror}.")
    except (InvalidSignature, LookupError, ValueError, TypeError, AttributeError):
        times = None
    if times is None:
        sys.exit("NOT genuine: it was changed, or this isn't the key of its log.")
    sys.stdout.write("Genuine. It can't show whether the consent was withdrawn since.\n")
    if others:
        sys.exit(f"BUT it isn't the receipt of {others[0]}, or this copy doesn't show whose it is.")
    whose = *addresses, receipt.get("holder", {}).get("address")
    sys.stdout.write(f"It is of {whose[0]}.\n" if whose[0] else "It doesn't show whose it is.\n")
    after, by, said = *times, receipt["consent"]["confirmed_at"]
    if "sealed" in receipt:
        sys.stdout.write(f"It gives {said}; sealed between {after or 'the start'} and {by}.\n")
        after, by, said = (
            datetime.fromisoformat((each or said)[:-1]) for each in (after, by, said)
        )
        if by - said > timedelta(hours=1):
            if after - said > timedelta(minutes=5):
                sys.exit("BUT others were sealed in between: it was written later than it says.")
            sys.stdout.write(
                "That is late: nothing was sealed in between, or it is older than the log.\n"
            )
    for name, at in witnesses:
        words = f"saw it in the log on {at}" if at else "has NOT signed it"
        sys.stdout.write(f"{name} {words}.\n")
    if witnesses and not any(at for _, at in witnesses):
        sys.exit("BUT none of these witnesses has seen it: only the party says when it was made.")
    if not witnesses:
        sys.stdout.write("Only the party says when: to know more, give the keys of witnesses.\n")
