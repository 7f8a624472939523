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
from supporters.delivery_setup.dmarc_check import walk
from supporters.delivery_setup.loop_comparison import (
    LARGEST,
    LoopFault,
    LoopFinding,
    compare,
    read_signatures,
)
from supporters.delivery_setup.loop_messages import write_loop_message
from supporters.delivery_setup.models import LoopShape, LoopTest
from supporters.dns_lookups import Dns, DnsSilent
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.smtp import Timeouts
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.transport import OutgoingMessage, SmtpTransport

log = structlog.get_logger(__name__)
ID = Struct(">Q")
OCTETS_OF_HMAC = 15
PURPOSE = b"supporters.loop-test"
GIVEN_UP_AFTER = timedelta(minutes=15)
CLOCK_MAY_DIFFER = timedelta(seconds=60)
IN_A_REQUEST = Timeouts(connect=5, greeting=10, mail=10, rcpt=10, data=10, dot=20)
LONGEST_REFUSAL = 200


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


class _Listener:
    """Records the answer of the relay."""

    def __init__(self) -> None:
        self.replies: list[RelayReply] = []

    def before_body(self, _message: OutgoingMessage) -> bool:
        """Let the body be sent."""
        return True

    def on_reply(self, _message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result."""
        self.replies.append(reply)


def send_loop_test() -> list[LoopTest]:
    """Send a message of each shape through the relay now; what it refuses is stored."""
    settings, now = current_settings(), clock.now()
    tests = [_make_test(settings, shape, now) for shape in LoopShape]
    with transaction():
        record_act(SetupAct.LOOP_TESTED)
        db.session.add_all(tests)
    replies = _send(settings, tests)
    with transaction():
        for test, reply in zip(tests, replies, strict=True):
            if reply.outcome is not AttemptOutcome.ACCEPTED:
                test.refusal = (str(reply) or reply.outcome.name)[:LONGEST_REFUSAL]
                db.session.merge(test)
    return tests


def _make_test(settings: Settings, shape: LoopShape, now: datetime) -> LoopTest:
    test_id = new_id(now)
    recipient = write_loop_address(settings, test_id)
    return LoopTest(
        id=test_id,
        shape=shape,
        sent=write_loop_message(settings, shape, recipient, test_id=test_id, sent_at=now),
        sent_at=now,
        relay_host=settings.mail_server,
    )


def _send(settings: Settings, tests: Sequence[LoopTest]) -> list[RelayReply]:
    envelopes = EnvelopeWriter(settings, TRANSACTIONAL)
    messages = [
        OutgoingMessage(envelopes.write(each.id), write_loop_address(settings, each.id), each.sent)
        for each in tests
    ]
    listener, transport = _Listener(), SmtpTransport(IN_A_REQUEST)
    transport.deliver(iter(messages), listener)
    transport.close()
    failed = transport.problem or RelayReply(AttemptOutcome.NOT_TRIED, "")
    return [*listener.replies, *[failed] * (len(tests) - len(listener.replies))]


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
    signers = [(each.domain, each.selector) for each in read_signatures(raw)]
    faults = [
        *compare(test.sent, raw, _list_aligned([domain for domain, _ in signers])),
        *_compare_clocks(raw, test.sent_at, now),
    ]
    _store(test_id, faults, signers, now=now)
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


def _list_aligned(domains: Sequence[str]) -> list[str]:
    """Return the domains of signatures that count for our From address."""
    settings = current_settings()
    ours = settings.mail_domain.lower()
    dns = Dns(settings.setup.dns_server)
    try:
        organisation = walk(dns, ours).organisation
        return [
            each
            for each in dict.fromkeys(domains)
            if each == ours or (each and walk(dns, each).organisation == organisation)
        ]
    except DnsSilent:
        return [each for each in domains if _is_family(each, ours)]


def _is_family(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


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
        faults = [LoopFinding(LoopFault(name), detail) for name, detail in json.loads(test.faults)]
    return LoopResult(
        shape=test.shape,
        sent_at=test.sent_at,
        relay_host=test.relay_host,
        refusal=test.refusal or "",
        arrived_at=test.arrived_at,
        faults=faults,
        is_given_up=test.arrived_at is None and now - test.sent_at >= GIVEN_UP_AFTER,
    )
