"""Reads all that a signup must know of an address, the same for every address (ADR 011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy import bindparam, literal_column, or_, select

from supporters.consent.models import Agreement, Suppression
from supporters.consent.suppression import SIGNUP_MAIL
from supporters.fast_path.prepared_statements import Call, Row
from supporters.fast_path.union_reads import UnionRead
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.queries import SIGNUP_EMAILS, may_have_arrived
from supporters.people.addresses import Address, address_mac, rate_mac
from supporters.people.models import Subscriber
from supporters.signup.models import SignupRequest
from supporters.signup.rules import MONTH, NO_MAIL_TO_DEAD


@dataclass(frozen=True, kw_only=True)
class AddressMacs:
    """The keyed hashes of an address: its own, and that of its mailbox."""

    address: bytes
    mailbox: bytes


def hash_address(address: Address) -> AddressMacs:
    """Return the keyed hashes of an address."""
    return AddressMacs(address=address_mac(address.key), mailbox=rate_mac(address.rate_key))


@dataclass(frozen=True, kw_only=True)
class SignupFacts:
    """The facts of an address at a moment.

    `purpose_ids` are those of its active consents; `request_salt` is that of its newest request;
    `emails` are the signup emails to its mailbox that were not answered, newest first. It is
    blocked by its person, or because an email came back lately: nobody has the mailbox.
    """

    macs: AddressMacs
    subscriber_id: int | None
    subscriber_salt: bytes | None
    request_salt: bytes | None
    purpose_ids: frozenset[int]
    is_blocked: bool
    emails: Sequence[tuple[EmailKind, datetime]]


_IS_THEIRS = Subscriber.address_key == bindparam("address_key")
_NEWEST_SALT = (
    select(SignupRequest.log_salt)
    .where(SignupRequest.address_mac == bindparam("address_mac"))
    .order_by(SignupRequest.created_at.desc())
    .limit(1)
    .scalar_subquery()
)
_READ = UnionRead(
    select(Subscriber.id, Subscriber.log_salt).where(_IS_THEIRS),
    *(
        select(each.purpose_id)
        .join(Subscriber, Subscriber.id == each.subscriber_id)
        .where(_IS_THEIRS)
        for each in (Subscription, Agreement)
    ),
    select(_NEWEST_SALT.label("salt")),
    select(Suppression.scope).where(
        Suppression.address_mac == bindparam("address_mac"),
        Suppression.scope == literal_column(f"'{SIGNUP_MAIL}'"),
        or_(Suppression.until.is_(None), Suppression.until > bindparam("now")),
    ),
    select(OutboxEmail.kind, OutboxEmail.created_at).where(
        OutboxEmail.rate_mac == bindparam("mailbox_mac"),
        OutboxEmail.created_at > bindparam("since"),
        or_(*(OutboxEmail.kind == literal_column(f"'{each}'") for each in SIGNUP_EMAILS)),
        may_have_arrived(),
        OutboxEmail.answered_at.is_(None),
    ),
    select(OutboxEmail.bounced_at).where(
        OutboxEmail.rate_mac == bindparam("mailbox_mac"),
        OutboxEmail.created_at > bindparam("since"),
        OutboxEmail.bounced_at > bindparam("dead_since"),
        OutboxEmail.is_dead,
    ),
)


def read_facts(address_key: str, macs: AddressMacs, *, now: datetime) -> Call:
    """Return the read of everything about an address; signup emails count for a month."""
    return _READ.statement(
        address_key=address_key,
        address_mac=macs.address,
        mailbox_mac=macs.mailbox,
        now=now,
        since=now - MONTH,
        dead_since=now - NO_MAIL_TO_DEAD,
    )


def sort_facts(rows: Sequence[Row], macs: AddressMacs) -> SignupFacts:
    """Return the facts in the rows of the read. Raises EditionChanged."""
    people, subscribed, agreed, [[request_salt]], blocks, emails, dead = _READ.sort(rows)
    subscriber_id, subscriber_salt = people[0] if people else (None, None)
    return SignupFacts(
        macs=macs,
        subscriber_id=subscriber_id,
        subscriber_salt=subscriber_salt,
        request_salt=request_salt,
        purpose_ids=frozenset(row[0] for row in (*subscribed, *agreed)),
        is_blocked=bool(blocks or dead),
        emails=sorted(((row[0], row[1]) for row in emails), key=itemgetter(1), reverse=True),
    )
