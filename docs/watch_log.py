"""Watches a consent log from outside, for cron: python watch_log.py ADDRESS KEY STATE

ADDRESS is that of the log (https://…/consent-log), KEY its verification key, STATE a file of yours
for the last checkpoint. Says nothing in cron if all is well. It ends with
0: the log has everything that it had the last time
1: it couldn't be asked, or STATE couldn't be written; run it again
2: ALARM. It was rewritten or cut off, or another key signed it. Keep STATE and STATE.alarm: both
   are signed, so that they prove it to anybody.
"""

import json
import os
import sys
from base64 import b64decode
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TRY_AGAIN, ALARM = 1, 2
MOST_BYTES = 1_000_000


def fetch(address):
    with urlopen(address, timeout=30) as answer:  # noqa: S310 - its user names the address
        return answer.read(MOST_BYTES)


def read_key(verifier_key):
    origin, _, encoded = verifier_key.split("+", 2)
    return origin, Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])


def read_checkpoint(text, origin, key):  # C2SP tlog-checkpoint and signed-note
    body, _, lines = text.partition("\n\n")
    name, size, root, *_ = body.split("\n")
    for _, signer, encoded in map(str.split, lines.splitlines()):
        signature = b64decode(encoded)[4:]
        if name == signer == origin and len(signature) == 64:
            key.verify(signature, f"{body}\n".encode())
            return int(size), b64decode(root)
    raise InvalidSignature


def is_consistent(first, second, path):  # RFC 9162 section 2.1.4.2
    (old, old_root), (new, new_root) = first, second
    if not 0 < old < new:
        return first == second
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    steps = [old_root, *path] if node == 0 else [*path]
    one = two = steps.pop(0) if steps else b""
    for step in steps:
        if node & 1 or node == last:
            one, two = sha256(b"\1" + step + one).digest(), sha256(b"\1" + step + two).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            two = sha256(b"\1" + two + step).digest()
        node, last = node >> 1, last >> 1
    return (one, two, last) == (old_root, new_root, 0)


def write(file, text):
    new = file.with_name(f"{file.name}.new")
    with new.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


def ask(address, before, now):
    """Tell whether the log proves that the larger checkpoint has all that the smaller one had."""
    first, second = sorted([before, now])
    if first[0] == second[0]:
        return first == second
    try:
        proof = fetch(f"{address}/consistency.json?first={first[0]}&second={second[0]}")
    except HTTPError as error:
        if error.code in {400, 404}:  # there is no tree of this size
            return False
        raise
    return is_consistent(first, second, map(bytes.fromhex, json.loads(proof)["path"]))


def watch(address, key, state):
    """Return the status, and what to say."""
    text = fetch(f"{address}/checkpoint").decode()
    if "\n\n\N{EM DASH} " not in text:  # C2SP signed-note
        raise ValueError("it is no checkpoint")  # perhaps of a network that wants a sign-in
    try:
        now = read_checkpoint(text, *key)
        before = read_checkpoint(state.read_text("utf-8"), *key) if state.exists() else now
        is_kept, sizes = ask(address, before, now), f"{before[0]} entries before, {now[0]} now"
    except (InvalidSignature, ValueError, LookupError, TypeError):
        is_kept, sizes = False, "another key or log"
    if not is_kept:
        write(state.with_name(f"{state.name}.alarm"), text)
        words = f"ALARM: {address} is not the log that it was: {sizes}. Keep {state} and *.alarm."
        return ALARM, words
    if now[0] < before[0]:
        return TRY_AGAIN, f"A cache gave an older checkpoint ({sizes})."
    write(state, text)
    return 0, f"In order: {sizes}."


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[2].count("+") < 2:
        sys.exit(__doc__)
    try:
        address, key, state = sys.argv[1].rstrip("/"), read_key(sys.argv[2]), Path(sys.argv[3])
        status, words = watch(address, key, state)
    except (OSError, HTTPException, ValueError) as error:
        status, words = TRY_AGAIN, f"No answer to use: {error}"
    if status or sys.stdout.isatty():
        print(words, file=sys.stderr if status else sys.stdout)
    sys.exit(status)
