"""DKIM keys that sign, and the judgement of another program about signed emails."""

from datetime import datetime

import dkim

from supporters import clock
from supporters.mail.dkim.models import DkimKey, KeyStatus, RecordState
from supporters.mail.dkim.rules import KeyRecord, record_of
from supporters.mail.dkim.signing_keys import list_keys
from supporters.mail_signing.key_rotation import check_records, make_key

DOMAIN = "parti.example"
VISIBLE, ABSENT, UNKNOWN = RecordState.VISIBLE, RecordState.ABSENT, RecordState.UNKNOWN


def always(state: RecordState) -> object:
    """Return a DNS that answers the same to all questions."""
    return lambda _record, _public_key: state


def make_waiting_key(now: datetime | None = None, domain: str = DOMAIN) -> DkimKey:
    """Make a key whose record nobody has published."""
    key = make_key(domain, now or clock.now())
    assert isinstance(key, DkimKey)
    return key


def a_waiting_key() -> DkimKey:
    """Return the key that waits, or make one."""
    waiting = (key for key in list_keys() if key.status is KeyStatus.WAITING)
    return next(waiting, None) or make_waiting_key()


def make_active_key(now: datetime | None = None, domain: str = DOMAIN) -> DkimKey:
    """Make a key whose record shows."""
    key = make_waiting_key(now, domain)
    check_records(now or clock.now(), look_up=always(VISIBLE))
    return key


def published(key: DkimKey) -> KeyRecord:
    """Return the record of a key."""
    return record_of(key.domain, key.selector, key.public_key)


def verifies(raw: bytes, key: DkimKey) -> bool:
    """Ask dkimpy about a message, with the record of a key as the only one in the DNS."""
    record = published(key)
    found = {f"{record.name}.".encode(): record.value.encode()}
    return bool(dkim.verify(raw, dnsfunc=lambda name, **_: found.get(name)))
