"""Rotates DKIM keys without a gap: the former key signs until the record of the next one shows.

The DNS is asked outside of transactions: its answer may take seconds.
"""

from base64 import b64encode
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum, auto

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import select

from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, run_after_commit, use_case
from supporters.extensions import current_encryptor
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.mail.dkim.models import DkimKey, KeyStatus, RecordState
from supporters.mail.dkim.rules import choose_selector, record_of, retires_on
from supporters.mail.dkim.signing_keys import forget_keys, list_keys
from supporters.mail.dkim.states import KEY_STATES, KeyMove
from supporters.mail_signing.acts import DkimAct
from supporters.mail_signing.record_lookup import Lookup, look_up_record

BITS = 2048  # a longer key needs a longer record, and 1 ms more for each email
EXPONENT = 65537
IN_USE = (KeyStatus.WAITING, KeyStatus.ACTIVE, KeyStatus.REPLACED)


class MakeKeyError(Enum):
    """Why no key was made."""

    ONE_WAITS = auto()


class RetireKeyError(Enum):
    """Why a key can't retire without a reason, or not at all."""

    SIGNS = auto()
    RECORD_IS_NEEDED = auto()
    RETIRED = auto()


@use_case
def make_key(domain: str, now: datetime) -> DkimKey | MakeKeyError:
    """Make the next key of a domain. It signs once its record shows in the DNS."""
    Lock.DKIM.take()
    keys = [key for key in list_keys() if key.domain == domain]
    if any(key.status is KeyStatus.WAITING for key in keys):
        return MakeKeyError.ONE_WAITS
    made = rsa.generate_private_key(EXPONENT, BITS)
    public = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = DkimKey(
        id=new_id(now),
        domain=domain,
        selector=choose_selector(now, {key.selector for key in keys}),
        status=KeyStatus.WAITING,
        public_key=b64encode(public).decode(),
        encrypted=current_encryptor().encrypt(private),
        created_at=now,
    )
    db.session.add(key)
    _record(DkimAct.KEY_MADE, key)
    return key


def check_records(
    now: datetime, statuses: Collection[KeyStatus] = IN_USE, look_up: Lookup = look_up_record
) -> int:
    """Ask the DNS for the records of keys; return how many keys begin to sign.

    Of the keys that wait, those begin whose record shows.
    """
    asked = {
        key.id: (record_of(key.domain, key.selector, key.public_key), key.public_key)
        for key in list_keys()
        if key.status in statuses
    }
    db.session.rollback()
    answers = {key_id: look_up(*wanted) for key_id, wanted in asked.items()}
    return _record_answers(answers, now) if answers else 0


def check_waiting_keys(now: datetime) -> None:
    """Ask for the records of keys that wait for theirs."""
    check_records(now, {KeyStatus.WAITING})


@use_case
def retire_key(key_id: int, now: datetime, *, because: str = "") -> DkimKey | RetireKeyError | None:
    """Retire a key: its private half is deleted. With a reason it may be one that is needed.

    Returns None for an unknown key.
    """
    Lock.DKIM.take()
    key = db.session.get(DkimKey, key_id, with_for_update=True)
    if key is None:
        return None
    if key.status is KeyStatus.RETIRED:
        return RetireKeyError.RETIRED
    may_retire_on = retires_on(key.status, key.ended_at, now)
    if not because and may_retire_on is None:
        return RetireKeyError.SIGNS
    if not because and may_retire_on is not None and now < may_retire_on:
        return RetireKeyError.RECORD_IS_NEEDED
    if key.status is KeyStatus.ACTIVE:
        key.ended_at = now
    KEY_STATES.transition(key, KeyMove.RETIRE)
    key.encrypted, key.retired_at, key.retired_because = None, now, because or None
    _record(DkimAct.KEY_RETIRED, key)
    return key


@use_case
def _record_answers(answers: Mapping[int, RecordState], now: datetime) -> int:
    Lock.DKIM.take()
    rows = select(DkimKey).where(DkimKey.id.in_(answers)).order_by(DkimKey.id).with_for_update()
    begun = 0
    for key in db.session.scalars(rows).all():
        key.record, key.checked_at = answers[key.id], now
        if key.status is KeyStatus.WAITING and key.record is RecordState.VISIBLE:
            _activate(key, now)
            begun += 1
    return begun


@in_transaction
def _activate(key: DkimKey, now: datetime) -> None:
    """Let a key sign in the place of the former one of its domain."""
    rows = select(DkimKey).where(DkimKey.domain == key.domain, DkimKey.status == KeyStatus.ACTIVE)
    if former := db.session.scalar(rows.with_for_update()):
        KEY_STATES.transition(former, KeyMove.REPLACE)
        former.ended_at = now
        db.session.flush()  # a domain has one active key at any moment
    KEY_STATES.transition(key, KeyMove.ACTIVATE)
    key.activated_at = now
    _record(DkimAct.KEY_ACTIVATED, key)


@in_transaction
def _record(act: DkimAct, key: DkimKey) -> None:
    record_act(act, None, {"selector": key.selector, "domain": key.domain})
    run_after_commit(forget_keys)
