"""Checks a receipt or a promise of the consent log.

python verify_receipt.py RECEIPT.json KEY_OF_THE_LOG [--witness KEY ...] [--address EMAIL]
python verify_receipt.py PROMISE.json KEY_OF_THE_LOG [--later RECEIPT.json] [--log ADDRESS]

--witness KEY: the key of a witness that may have signed the log; also without the word.
--later RECEIPT.json: the receipt of what was promised; or that of a correction, beside the receipt
    of the leaving that it claims to undo.
--log ADDRESS: asks the log at https://…/consent-log for it. All else needs no internet.
--address EMAIL: asks whether it is of this email address; also without the word. A promise can tell
    it of an erasure only.
"""

import hashlib
import hmac
import json
import re
import sys
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

RECEIPT, PROMISE, LOG = "supporters.receipt/1", "supporters.promise/1", "supporters.consent/1"
CONSENTS = {"confirmed", "renewed"}
ENDS = {"withdrawn", "objected", "restricted", "released", "moved", "corrected", "erased"}
NOT_IN_ACTS = {"schema", "person", "wording", "page", "controller", "purpose", "records"}
FIRST_CHECKPOINTS = 20_000  # entries in each checkpoint with which a log began, but the last
NOW = datetime.now(UTC)  # noqa: TID251 - it runs without the project
RENAMED = r"/\d{14}$"  # after a restore that lost entries, the log has a name with its time
NAMES = ("witness", "later", "log", "address")
HOUR, SKEW, DAY = timedelta(hours=1), timedelta(minutes=5), timedelta(days=1)
MOST = timedelta(days=7)  # between an act and the first time that somebody else saw it


def unhex(text):
    raw = bytes.fromhex(text)
    if raw.hex() != text:
        raise ValueError(text)
    return raw


def hash_pair(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaf, proof):  # RFC 9162 section 2.1.3.2
    node, last, found = proof["index"], proof["size"] - 1, leaf
    for step in map(unhex, proof["path"]):
        is_right = node & 1 or node == last
        found = hash_pair(step, found) if is_right else hash_pair(found, step)
        while is_right and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return found if last == 0 <= proof["index"] < proof["size"] else b""


def extends(tree, earlier, path):  # RFC 9162 section 2.1.4.2
    (second, new_root, _), (first, old_root, _) = tree, earlier
    steps = [unhex(step) for step in path]
    if first == second:
        return old_root == new_root and not steps
    if not 0 < first < second or not (steps or not first & (first - 1)):
        return False
    steps = steps if first & (first - 1) else [old_root, *steps]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            old, new = hash_pair(step, old), hash_pair(step, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = hash_pair(new, step)
        node, last = node >> 1, last >> 1
    return (old, new, last) == (old_root, new_root, 0)


def read_key(verifier_key):
    name, _, encoded = verifier_key.strip().split("+", 2)
    return name, Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])


def is_of_log(name, origin):
    return re.sub(RENAMED, "", name) == re.sub(RENAMED, "", origin)


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


def is_signed(text, name, key):  # C2SP signed-note
    for line in find_lines(text, name, 64):
        with suppress(InvalidSignature):
            key.verify(line, f"{text.partition(chr(10) * 2)[0]}\n".encode())
            return True
    return False


def read_checkpoint(text, origin, key):  # C2SP tlog-checkpoint: others may have signed it too
    name, size, root, *sealed = text.partition("\n\n")[0].split("\n")
    # Before version 1.0 the time was a line.
    at = sealed[0].removeprefix("sealed ") if sealed else find_time(text, name, key)
    if not (is_of_log(name, origin) and is_signed(text, name, key) and at):
        raise InvalidSignature
    return int(size), b64decode(root), at


def check_signature(content, schema, verifier_key):
    (origin, key), (name, its_key) = read_key(verifier_key), read_key(content["verifier_key"])
    signed = {name: value for name, value in content.items() if name != "signature"}
    text = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key.verify(b64decode(content["signature"], validate=True), f"{schema}\n{text}".encode())
    is_same = key.public_bytes_raw() == its_key.public_bytes_raw() and is_of_log(name, origin)
    if content["schema"] != schema or not is_same:
        raise InvalidSignature


def hash_leaf(kind, number, commitment):
    return hashlib.sha256(f"\0{LOG}\n{kind}\n{number}\n".encode() + commitment).digest()


def read_time(text):
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def is_of(number, at):  # the id of a record begins with its time, in milliseconds
    return int(number) >> 21 == int(read_time(at).timestamp() * 1000)


def open_holder(opening, address):  # SHA-256 of a value that only its holder got, and the address
    name, _, domain = address.strip().rpartition("@")
    key = f"{name.casefold()}@{domain.lower().encode('idna').decode()}"
    return hashlib.sha256(unhex(opening) + key.encode()).hexdigest()


def is_of_address(receipt, address):
    opening = receipt.get("holder", {}).get("r", "")
    record = json.loads(receipt.get("record", "{}"))
    return record.get("holder") == open_holder(opening, address)


def is_consent_as_recorded(consent, controller, record):
    words, page = record["wording"], record["page"] or {"sha256": None}
    ground = f"GDPR article 6(1)(a) and article {record.get('basis', '9(2)(a)')}"  # old default
    names = ("confirmed_at", "asked_at", "page_url", "method", "text_sha256", "text_version")
    said = [consent[name] for name in (*names, "language", "page_sha256", "legal_ground")]
    recorded = [record[name] for name in ("occurred_at", "requested_at", "page_url", "method")]
    recorded += [words[name] for name in ("sha256", "version", "language")]
    said += [[each["id"] for each in consent["purposes"]], controller]
    recorded += [page["sha256"], ground, [record["purpose"]], record.get("controller", controller)]
    place = ("surface", "origin", "typed_at", "form")  # since the third form of a record
    said += [consent.get(each, place) for each in place]
    recorded += [record.get(each, place) for each in place]
    is_text = hashlib.sha256(consent["text"].encode()).hexdigest() == words["sha256"]
    return said == recorded and is_text and record["kind"] in CONSENTS


def is_act_as_recorded(act, controller, record):
    told = {name: value for name, value in record.items() if name not in NOT_IN_ACTS}
    purpose, told["purposes"] = record.get("purpose"), act["purposes"]
    is_same = act == told and [each["id"] for each in act["purposes"]] == [purpose] * bool(purpose)
    return is_same and record["kind"] in ENDS and controller == record.get("controller", controller)


def is_as_recorded(receipt, record):
    act, consent, controller = receipt.get("act"), receipt.get("consent"), receipt["controller"]
    if (record is None) != ("unreadable" in receipt):
        return False
    if record is None:
        is_known = consent is None and act["kind"] in ENDS | CONSENTS
        return is_known and is_of(act["id"], act["occurred_at"])
    if consent is None:
        return is_act_as_recorded(act, controller, record)
    return act is None and is_consent_as_recorded(consent, controller, record)


def read_record(receipt):
    """Return the record of a receipt, None if nobody can open it any more, and its leaf."""
    if "record" not in receipt:
        act, commitment = receipt["act"], unhex(receipt["commitment"])
        return None, hash_leaf(act["kind"], act["id"], commitment)
    record, text = json.loads(receipt["record"]), receipt["record"].encode()
    commitment = hmac.digest(unhex(receipt["key"]), text, "sha256")
    if record["schema"] != LOG:
        raise InvalidSignature
    return record, hash_leaf(record["kind"], record["id"], commitment)


def time_of(receipt):
    consent, act = receipt.get("consent"), receipt.get("act")
    return consent["confirmed_at"] if consent else act["occurred_at"]


def list_delays(said, times, fewer):
    """Return what a receipt may say of the time between an act and its sealing."""
    after, by = times
    if read_time(by) - said <= HOUR:
        return {"none"}
    began = set() if fewer % FIRST_CHECKPOINTS else {"older-than-log"}
    if not after:
        return began
    return began | {"stood-still" if read_time(after) <= said + SKEW else "too-late"}


def check_sealed(receipt, tree, log):
    """Return the times of the checkpoints before a record and with it; None if any differs."""
    sealed, index = receipt.get("sealed"), receipt["proof"]["index"]
    if sealed is None:  # the first receipts
        return None if "delay" in receipt or "act" in receipt else (None, tree[2])
    with_it, before = read_checkpoint(sealed["by"], *log), (0, b"", None)
    is_right = extends(tree, with_it, sealed["by_path"]) and index < with_it[0]
    if sealed["after"]:
        before = read_checkpoint(sealed["after"], *log)
        is_right = is_right and extends(tree, before, sealed["after_path"]) and before[0] <= index
    else:
        is_right = is_right and not sealed["after_path"]
    times, said = (before[2], with_it[2]), read_time(time_of(receipt))
    delays = list_delays(said, times, before[0])
    has_warning = "consent" in receipt and receipt["delay"] != "none"
    is_right = is_right and receipt["delay"] in delays and ("warning" in receipt) == has_warning
    return times if is_right and times == (sealed["after_at"], sealed["by_at"]) else None


def verify(receipt, verifier_key):
    """Return when a genuine receipt was sealed: the times of the checkpoints before and with it."""
    log = read_key(verifier_key)
    check_signature(receipt, RECEIPT, verifier_key)
    (record, leaf), proof = read_record(receipt), receipt["proof"]
    tree = read_checkpoint(receipt["checkpoint"], *log)
    is_in = tree[:2] == (proof["size"], root_of(leaf, proof))
    for seen in filter(None, [receipt.get("witnessed")]):
        size, root, _ = read_checkpoint(seen["checkpoint"], *log)
        is_in = is_in and (size, root) == (seen["proof"]["size"], root_of(leaf, seen["proof"]))
    times = check_sealed(receipt, tree, log)
    is_right = is_as_recorded(receipt, record) and leaf.hex() == receipt["leaf"]
    if address := receipt.get("holder", {}).get("address"):
        is_right = is_right and is_of_address(receipt, address)
    return times if is_in and is_right else None


def verify_promise(promise, verifier_key):
    """Tell whether a promise is genuine: signed, and its leaf that of its act."""
    check_signature(promise, PROMISE, verifier_key)
    act, is_right = promise["act"], promise["origin"] == read_key(promise["verifier_key"])[0]
    if act["kind"] == "nothing":
        return is_right
    wait = read_time(promise["in_the_tree_by"]) - read_time(act["at"])
    is_right = is_right and timedelta() <= wait <= DAY and act["kind"] in ENDS | CONSENTS
    if "leaf" not in promise:  # an erasure that waited
        return is_right and act["kind"] == "erased" and len(unhex(promise["holder"])) == 32
    leaf = hash_leaf(act["kind"], act["id"], unhex(promise["commitment"]))
    return is_right and is_of(act["id"], act["at"]) and promise["leaf"] == leaf.hex()


def list_witnesses(receipt, verifier_keys):
    """Yield the name of each witness, and when it saw the receipt's record in the log, or None."""
    text = receipt.get("witnessed", {}).get("checkpoint", "")
    for name, key in map(read_key, verifier_keys):
        at = find_time(text, name, key)
        yield name, at, f"on {at}" if at else "at a time unknown" * is_signed(text, name, key)


def is_correction_of(correction, leaving):
    """Tell whether the browser that left made a correction: only it has what the hash is of."""
    made, left = json.loads(correction["record"]), json.loads(leaving["record"])
    evidence = hashlib.sha256(unhex(made["evidence"])).hexdigest()
    same = all(made[name] == left[name] for name in ("person", "purpose"))
    return same and left["kind"] == "withdrawn" and evidence == left["evidence"]


def say(text):
    sys.stdout.write(f"{text}\n")


def find_doubt(receipt, times, witnesses):
    """Return why the time of a genuine receipt isn't to be believed; None if it is."""
    (after, by), said = times, read_time(time_of(receipt))
    if said - read_time(by) > SKEW:
        return "BUT its tree was signed before the time that it gives."
    if read_time(by) - said > HOUR and after and read_time(after) - said > SKEW:
        return "BUT others were sealed in between: it was written later than it says."
    if "sealed" not in receipt and read_time(by) - said > HOUR:
        return "BUT it doesn't show when it was sealed: the first receipts didn't."
    if witnesses and not any(how for _, _, how in witnesses):
        return "BUT none of these witnesses has seen it: only the party says when it was made."
    seen = min([NOW, *(read_time(at) for _, at, _ in witnesses if at)])
    if seen - said > MOST:
        return (
            f"BUT nobody else is known to have seen it within a week of the time that it gives. "
            f"Its tree has {receipt['proof']['size']} entries and may be of any date: the key of "
            f"the log can sign all of it today. Give --witness with the key of a witness that saw "
            f"it. If you have kept it yourself since then, that is for you to tell."
        )
    return None


def explain_holder(receipt, addresses):
    for each in addresses:
        if not is_of_address(receipt, each):
            sys.exit(f"BUT it isn't the receipt of {each}, or this copy doesn't show whose it is.")
    whose = [*addresses, receipt.get("holder", {}).get("address")]
    say(f"It is of {whose[0]}." if whose[0] else "It doesn't show whose it is.")


def explain_name(content, verifier_key):
    if content["verifier_key"] != verifier_key.strip():
        name = read_key(content["verifier_key"])[0]
        say(f"Its log is called {name}: the same key, before or after a restore.")


def explain_receipt(receipt, times, verifier_keys):
    witnesses, said = [*list_witnesses(receipt, verifier_keys)], time_of(receipt)
    kind = "consent" if "consent" in receipt else f"act “{receipt['act']['kind']}”"
    say(f"Genuine: the {kind}. It can't show what happened since: whether it was withdrawn since.")
    if "unreadable" in receipt:
        say(f"{receipt['unreadable']} The log still has it.")
    say(f"It gives {said}; sealed between {times[0] or 'the start'} and {times[1]}.")
    content = receipt.get("consent") or receipt["act"]
    names = [each["name"] for each in content["purposes"]]
    say(f"Only the party's word: the names {names} and their kinds, how to withdraw, warnings.")
    if receipt.get("delay", "none") != "none":
        say("That is late: nothing was sealed in between, or it is older than the log.")
    for name, _, how in witnesses:
        say(f"{name} saw it in the log {how}." if how else f"{name} has NOT signed it.")
    if doubt := find_doubt(receipt, times, witnesses):
        sys.exit(doubt)
    if not witnesses:
        say("Only the party says when: to know more, give the keys of witnesses.")


def explain_promise(promise, addresses):
    act = promise["act"]
    names = [each["name"] for each in act["purposes"]]
    if act["kind"] == "nothing":
        say(f"Genuine: at {act['at']} the party said that there was nothing to end.")
        return
    say(f"Genuine promise: “{act['kind']}” of {act['at']} for {names}.")
    say(f"The log must have it by {promise['in_the_tree_by']}. See {promise['proof_url']}")
    for each in addresses:
        if open_holder(promise.get("opening", ""), each) != promise.get("holder"):
            sys.exit(f"BUT it isn't of {each}, or doesn't show whose it is.")
        say(f"It is of {each}.")


def compare(promise, receipt, by):
    """Say whether a receipt keeps a promise."""
    record = read_record(receipt)[0] or {}
    is_erasure = "holder" in promise and record.get("holder") == promise["holder"]
    if receipt["leaf"] != promise.get("leaf") and not is_erasure:
        sys.exit("BROKEN PROMISE, or another act: this receipt isn't of what was promised.")
    if read_time(by) > read_time(promise["in_the_tree_by"]):
        sys.exit(f"The promise was kept late: sealed by {by}.")
    say(f"The promise was kept: sealed by {by}.")


def ask_log(promise, url, verifier_key):
    """Say whether the log has what was promised."""
    if "leaf" not in promise:
        sys.exit("It has no leaf: its erasure had to wait. Give --later with its receipt instead.")
    with urlopen(f"{url.rstrip('/')}/checkpoint") as answer:  # noqa: S310 - the address of the log
        size, root, at = read_checkpoint(answer.read().decode(), *read_key(verifier_key))
    leaf, proof = promise["leaf"], None
    try:
        place = f"{url.rstrip('/')}/proof.json?leaf={leaf}&size={size}"
        with urlopen(place) as answer:  # noqa: S310
            proof = json.load(answer)
    except HTTPError as error:
        if error.code != HTTPStatus.NOT_FOUND:  # no answer says nothing about the log
            raise
    if proof and proof["size"] == size and root_of(unhex(leaf), proof) == root:
        say(f"The promise was kept: the tree of {size} entries has it.")
    elif read_time(promise["in_the_tree_by"]) < NOW:
        sys.exit(
            f"BROKEN PROMISE: the log doesn't have what was promised by "
            f"{promise['in_the_tree_by']}. Its tree has {size} entries, of {at}."
        )
    else:
        say(f"Not yet: the tree of {size} entries, of {at}, doesn't have it.")


def read_arguments(words):
    plain, options, words = [], {f"--{name}": [] for name in NAMES}, iter(words)
    for word in words:
        options[word].append(next(words)) if word in options else plain.append(word)
    return plain, {name[2:]: values for name, values in options.items()}


def main(words):
    plain, options = read_arguments(words)
    if len(plain) < 2:
        sys.exit(__doc__)
    (file, key, *more), later = plain, None
    witnesses = [each for each in more if "@" not in each] + options["witness"]
    addresses = [each for each in more if "@" in each] + options["address"]
    content = json.loads(Path(file).read_text(encoding="utf-8"))
    if options["later"]:
        later = json.loads(Path(options["later"][0]).read_text(encoding="utf-8"))
        later_times = verify(later, key)
        if later_times is None:
            raise InvalidSignature
    if content.get("schema") == PROMISE:
        if not verify_promise(content, key):
            raise InvalidSignature
        explain_name(content, key)
        explain_promise(content, addresses)
        if later:
            compare(content, later, later_times[1])
        for url in options["log"]:
            ask_log(content, url, key)
        return
    times = verify(content, key)
    if times is None:
        raise InvalidSignature
    explain_name(content, key)
    explain_receipt(content, times, witnesses)
    explain_holder(content, addresses)
    if later and not is_correction_of(later, content):
        sys.exit("NOT undone: the browser that left didn't make this correction.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"It can't be read: {error.filename or error}: {error.strerror or error}.")
    except (InvalidSignature, LookupError, ValueError, TypeError, AttributeError, StopIteration):
        sys.exit("NOT genuine: it was changed, or this isn't the key of its log.")
