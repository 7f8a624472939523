"""Attacks with the secret keys: invented consents, moved addresses, rewritten and foreign logs."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import insert

from supporters import clock
from supporters.consent.consent_events import ConfirmationEvidence, NewEvent, record_event
from supporters.consent.models import EventKind, Method
from supporters.consent.receipts import sign_receipt
from supporters.database import db, transaction
from supporters.extensions import current_encryptor
from supporters.ids import new_id
from supporters.people.addresses import address_mac
from supporters.people.models import DataKey, Subscriber
from supporters.transparency_log.checkpoints import sign_checkpoint
from supporters.transparency_log.log_records import SIGNING, format_moment, leaf_of, signing_key
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.tree_sealing import log_origin
from tests.audit.keeper.attack_table import Finder, Need, attack
from tests.audit.keeper.attacked_party import BORIS, CHLOE, EMILE, HOUR, PAGE, Party, event_of
from tests.audit.keeper.forged_rows import forge_entry, rewritten_log
from tests.factories.campaigns import subscriber_at
from tests.factories.signups import make_subscriber_with_snapshot

OUTSIDE = {Finder.HEAD, Finder.WATCHER, Finder.WITNESS}
REWRITE = (Need.KEYS, Need.FOLDER)


def enact_consent(party: Party, ago: timedelta = timedelta()) -> Subscriber:
    """Sign up a stranger, and press the button of the email that only they should read."""
    with clock.pretend(clock.now() - ago):
        person = make_subscriber_with_snapshot(EMILE, party.mailing_list, PAGE)
    party.claimed = EMILE
    return person


@attack(
    "2a",
    "A consent is written now and says that it is 30 days old",
    Need.KEYS,
    found_by={Finder.VERIFY, Finder.RECEIPT},
    says="later than it says",
)
def date_back_30_days(party: Party) -> None:
    enact_consent(party, 30 * 24 * HOUR)


@attack(
    "2b",
    "The same, four hours old",
    Need.KEYS,
    found_by={Finder.VERIFY, Finder.RECEIPT},
    says="later than it says",
)
def date_back_four_hours(party: Party) -> None:
    enact_consent(party, 4 * HOUR)


@attack(
    "2c",
    "The same, and the clock is put back while it is sealed",
    Need.KEYS,
    found_by={Finder.SEALER, Finder.VERIFY, Finder.RECEIPT},
)
def put_clock_back(party: Party) -> None:
    date_back_four_hours(party)
    party.clock = clock.now() - 4 * HOUR


@attack(
    "2d",
    "The same, put in its old place; all after it is sealed and signed again",
    *REWRITE,
    found_by={*OUTSIDE, Finder.RECEIPT},
)
def insert_at_old_place(party: Party) -> None:
    before = {*db.session.scalars(db.select(LogEntry.record_id))}
    enact_consent(party, 5 * HOUR)
    with rewritten_log() as parts:
        added = [each for _, part in parts for each in part if each["record_id"] not in before]
        for _, part in parts:
            part[:] = [each for each in part if each not in added]
        parts[0][1].extend(added)
        parts[:] = [each for each in parts if each[1]]


def change_address(person: Subscriber, address: str, *evidence: ConfirmationEvidence) -> None:
    """Change an address as somebody with the keys can."""
    proof = evidence[0] if evidence else None
    with transaction():
        moved = db.session.get_one(Subscriber, person.id)
        moved.address = moved.address_key = address
        moved.address_mac = address_mac(address)
        act = NewEvent(
            kind=EventKind.ADDRESS_CHANGED,
            method=Method.MY_DATA,
            now=clock.now(),
            evidence=proof,
        )
        record_event(moved, act)


@attack(
    "2e",
    "The consent of an accomplice moves to the address of somebody else",
    Need.KEYS,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR},
    says="no mailbox confirmed this new address",
)
def move_address(_party: Party) -> None:
    change_address(subscriber_at(BORIS), EMILE)


@attack(
    "2e+",
    "The same, with an invented hash of a link and a page",
    Need.KEYS,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR},
    says="never confirmed from the current address",
)
def move_address_with_evidence(_party: Party) -> None:
    given = event_of(BORIS)
    invented = ConfirmationEvidence(
        token_hash=secrets.token_bytes(32),
        page_url=given.page_url or "",
        page_snapshot_id=given.page_snapshot_id or 0,
        requested_at=clock.now(),
    )
    change_address(subscriber_at(BORIS), EMILE, invented)


@attack(
    "n18",
    "The same without evidence, and an entry of a rule that allows it",
    *(Need.SQL, Need.KEYS),
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR},
)
def move_address_by_rule(party: Party) -> None:
    move_address(party)
    with transaction():
        rule = forge_entry("rule", new_id(clock.now()), {"name": "address-evidence"})
        db.session.execute(insert(LogEntry).values(rule))


@attack(
    "2f",
    "A consent is enacted now for somebody else: the keeper or an accomplice reads the mailbox",
    Need.KEYS,
    found_by=set(),
)
def enact_consent_now(party: Party) -> None:
    enact_consent(party)


@attack(
    "4",
    "A fork: another tree of the same size, for other readers",
    *REWRITE,
    found_by=OUTSIDE,
)
def fork(_party: Party) -> None:
    with rewritten_log() as parts:
        last = max(parts[-1][1], key=lambda each: each["record_id"])
        last["commitment"] = bytes(32)


def replace_signing_key() -> None:
    """Put another key in the place of the one that signs checkpoints and receipts."""
    with transaction():
        key = db.session.get_one(DataKey, SIGNING)
        key.encrypted = current_encryptor().encrypt(secrets.token_bytes(32))
    current_app.extensions.pop("data_keys", None)


@attack(
    "5",
    "Another key signs the log",
    Need.KEYS,
    found_by={*OUTSIDE, Finder.VERIFY, Finder.RECEIPT, Finder.PROMISE},
    says="signed by another key",
)
def sign_with_another_key(_party: Party) -> None:
    replace_signing_key()


@attack(
    "5b",
    "The same, and all is sealed and signed again",
    *REWRITE,
    found_by={*OUTSIDE, Finder.RECEIPT, Finder.PROMISE},
)
def sign_all_with_another_key(_party: Party) -> None:
    replace_signing_key()
    with rewritten_log():
        pass


@attack(
    "r1",
    "A receipt “of 2021” from a tree of one leaf, which is in no log",
    Need.KEYS,
    found_by={Finder.WITNESS, Finder.RECEIPT},
)
def make_receipt_of_2021(party: Party) -> None:
    said = datetime(2021, 1, 1, tzinfo=UTC)
    receipt = dict(party.receipts[event_of(CHLOE).id])
    record = json.loads(receipt["record"])
    record["occurred_at"] = record["requested_at"] = format_moment(said)
    written = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    commitment = hmac.digest(bytes.fromhex(receipt["key"]), written.encode(), "sha256")
    leaf = leaf_of(record["kind"], int(record["id"]), commitment)
    root = hashlib.sha256(b"\0" + leaf).digest()
    checkpoint = sign_checkpoint(
        signing_key(), origin=log_origin(), size=1, root=root, sealed_at=said
    )
    times = {"confirmed_at": format_moment(said), "asked_at": format_moment(said)}
    forged = {
        **{name: value for name, value in receipt.items() if name not in SIGNED_AGAIN},
        "consent": {**receipt["consent"], **times},
        "record": written,
        "leaf": root.hex(),
        "proof": {"index": 0, "size": 1, "path": []},
        "checkpoint": checkpoint,
        "sealed": {**receipt["sealed"], "after": None, "after_at": None, "by": checkpoint},
    }
    party.shown = json.loads(json.dumps(sign_receipt(forged)))


SIGNED_AGAIN = {"signature", "verifier_key", "witnessed"}
