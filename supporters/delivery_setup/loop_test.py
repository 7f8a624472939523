"""The loop test: two messages of ours through the relay to a mailbox that we read."""

import hmac
import json
from base64 import b32decode, b32encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import getaddresses, parsedate_to_datetime
from struct import Struct

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.config import Settings
from supporters.database import db, transaction, use_case
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.check_run import CLOCK_MAY_DIFFER
from supporters.delivery_setup.loop_comparison import LARGEST, LoopFault, LoopFinding, compare
from supporters.delivery_setup.loop_messages import write_loop_message
from supporters.delivery_setup.loop_signatures import check_signatures
from supporters.delivery_setup.models import LoopShape, LoopTest
from supporters.delivery_setup.trial_emails import send_one_message, settings_of
from supporters.dns_lookups import Dns
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.mail.dkim.signing_keys import current_signer
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.transport import OutgoingMessage

log = structlog.get_logger(__name__)
ID = Struct(">Q")
OCTETS_OF_HMAC = 15
PURPOSE = b"supporters.loop-test"
GIVEN_UP_AFTER = timedelta(minutes=15)
LONGEST_REFUSAL = 200
KNOWN = {*LoopFault}  # a test of an earlier version may have found others


@dataclass(frozen=True, kw_only=True)
class LoopResult:
    """The last loop test of a shape. `faults` is None until its message arrives."""

    shape: LoopShape
    sent_at: datetime
    relay_host: str
    refusal: str
    arrived_at: datetime | None
    faults: Sequence[LoopFinding] | None
    is_given_up: bool


def send_loop_test() -> list[LoopTest]:
    """Send a message of each shape now, by its own stream; what a relay refuses is stored."""
    now = clock.now()
    tests = [_make_test(shape, now) for shape in LoopShape]
    with transaction():
        record_act(SetupAct.LOOP_TESTED)
        db.session.add_all(tests)
    replies = [_send(each) for each in tests]
    with transaction():
        for test, reply in zip(tests, replies, strict=True):
            if reply.outcome is not AttemptOutcome.ACCEPTED:
                test.refusal = (str(reply) or reply.outcome.name)[:LONGEST_REFUSAL]
                db.session.merge(test)
    return tests


def _make_test(shape: LoopShape, now: datetime) -> LoopTest:
    test_id, settings = new_id(now), settings_of(shape)
    recipient = write_loop_address(current_settings(), test_id)
    message = write_loop_message(settings, shape, recipient, test_id=test_id, sent_at=now)
    return LoopTest(
        id=test_id,
        shape=shape,
        sent=current_signer()(message),
        sent_at=now,
        relay_host=settings.mail_server,
    )


def _send(test: LoopTest) -> RelayReply:
    settings = settings_of(test.shape)
    sender = EnvelopeWriter(settings, TRANSACTIONAL).write(test.id)
    recipient = write_loop_address(current_settings(), test.id)
    return send_one_message(settings, OutgoingMessage(sender, recipient, test.sent))


def write_loop_address(settings: Settings, test_id: int) -> str:
    """Return the address of a test: where bounces arrive, with a token of its own purpose."""
    octets = ID.pack(test_id)
    token = b32encode(octets + _sign(settings.secret_keys[0], octets)).decode().lower().rstrip("=")
    local, _, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{token}@{domain}"


def read_loop_address(secret_keys: Sequence[str], address: str) -> int | None:
    """Return the id of a loop test; None if the address isn't that of one."""
    token = address.rpartition("@")[0].rpartition("+")[2]
    try:
        octets = b32decode(token + "=" * (-len(token) % 8), casefold=True)
    except ValueError:
        return None
    test_id, signature = octets[: ID.size], octets[ID.size :]
    for key in secret_keys:
        if hmac.compare_digest(signature, _sign(key, test_id)):
            (found,) = ID.unpack(test_id)
            return int(found)
    return None


def _sign(secret_key: str, octets: bytes) -> bytes:
    key = hmac.digest(secret_key.encode(), PURPOSE, "sha256")
    return hmac.digest(key, octets, "sha256")[:OCTETS_OF_HMAC]


def take_loop_message(raw: bytes, sent_to: Sequence[str], now: datetime) -> bool:
    """Compare a message with the test that it is; tell whether it is one. Any bytes are allowed.

    `sent_to` are the recipients of its envelope, if known.
    """
    raw = raw[:LARGEST]
    test_id = _find_test_id(raw, sent_to)
    if test_id is None:
        return False
    test = db.session.get(LoopTest, test_id)
    if test is None or test.arrived_at is not None:
        return True
    dns = Dns(current_settings().setup.dns_server)
    signatures = check_signatures(raw, settings_of(test.shape).mail_domain.lower(), dns)
    faults = [*compare(test.sent, raw, signatures), *_compare_clocks(raw, test.sent_at, now)]
    _store(test_id, faults, [(each.domain, each.selector) for each in signatures], now=now)
    return True


@use_case
def _store(
    test_id: int,
    faults: Sequence[LoopFinding],
    signers: Sequence[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    test = db.session.get(LoopTest, test_id, with_for_update=True)
    if test is None or test.arrived_at is not None:
        return
    test.arrived_at = now
    test.faults = json.dumps([[each.fault.value, each.detail] for each in faults])
    test.signers = json.dumps([each for each in dict.fromkeys(signers) if all(each)])
    log.info("setup.loop_arrived", test=test_id, faults=[each.fault.value for each in faults])


def _find_test_id(raw: bytes, sent_to: Sequence[str]) -> int | None:
    keys = current_settings().secret_keys
    for address in (*sent_to, *_list_recipients(raw)):
        if (test_id := read_loop_address(keys, address)) is not None:
            return test_id
    return None


def _list_recipients(raw: bytes) -> Iterator[str]:
    message = message_from_bytes(raw)
    for name in ("Delivered-To", "X-Original-To", "To"):
        for value in (message.get_all(name) or [])[:5]:
            yield from (address for _, address in getaddresses([str(value)[:1000]])[:5])


def _compare_clocks(raw: bytes, sent_at: datetime, now: datetime) -> Iterator[LoopFinding]:
    """Yield a fault if the servers on the way have another time than we."""
    for value in message_from_bytes(raw).get_all("Received") or []:
        try:
            moment = parsedate_to_datetime(str(value).rpartition(";")[2].strip())
        except (ValueError, TypeError):
            continue
        if moment.tzinfo is None:
            continue
        if moment < sent_at - CLOCK_MAY_DIFFER or moment > now + CLOCK_MAY_DIFFER:
            seconds = int(abs(moment - (sent_at if moment < sent_at else now)).total_seconds())
            yield LoopFinding(LoopFault.CLOCK_WRONG, str(seconds))
            return


def list_loop_results(now: datetime) -> list[LoopResult]:
    """Return the last loop test of each shape."""
    return [_read(test, now) for shape in LoopShape if (test := _find_last(shape))]


def _find_last(shape: LoopShape) -> LoopTest | None:
    newest = select(LoopTest).where(LoopTest.shape == shape).order_by(LoopTest.id.desc())
    return db.session.scalar(newest.limit(1))


def _read(test: LoopTest, now: datetime) -> LoopResult:
    faults = None
    if test.faults is not None:
        found = json.loads(test.faults)
        faults = [LoopFinding(LoopFault(name), detail) for name, detail in found if name in KNOWN]
    return LoopResult(
        shape=test.shape,
        sent_at=test.sent_at,
        relay_host=test.relay_host,
        refusal=test.refusal or "",
        arrived_at=test.arrived_at,
        faults=faults,
        is_given_up=test.arrived_at is None and now - test.sent_at >= GIVEN_UP_AFTER,
    )
