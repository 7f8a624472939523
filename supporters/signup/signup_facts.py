"""Reads all that a signup must know of an address, the same for every address (ADR 011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from supporters.consent.models import Agreement, Suppression
from supporters.consent.suppression import SIGNUP_MAIL
from supporters.database import UtcDateTime
from supporters.fast_path.prepared_statements import Call, Row, Statement
from supporters.fast_path.site_edition import SiteEdition
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.queries import SIGNUP_EMAILS, may_have_arrived
from supporters.people.address_hashes import rate_mac, signup_block_macs
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.signup.models import SignupRequest

EDITION, PERSON, PURPOSE = "edition", "person", "purpose"
SALT, BLOCK, EMAIL = "salt", "block", "email"
TYPES: dict[str, TypeEngine[Any]] = {
    "number": BigInteger(),
    "secret": LargeBinary(),
    "word": String(),
    "moment": UtcDateTime(),
}


@dataclass(frozen=True, kw_only=True)
class AddressMacs:
    """The keyed hashes of an address: its own, the former one of blocks, and of its mailbox."""

    address: bytes
    former: bytes
    mailbox: bytes


def hash_address(address: Address) -> AddressMacs:
    """Return the keyed hashes of an address."""
    mac, former = signup_block_macs(address)
    return AddressMacs(address=mac, former=former, mailbox=rate_mac(address.rate_key))


@dataclass(frozen=True, kw_only=True)
class SignupFacts:
    """The facts of an address at a moment.

    `purpose_ids` are those of its active consents; `request_salt` is that of its newest request;
    `emails` are the signup emails to its mailbox that were not answered, newest first.
    """

    edition: str
    subscriber_id: int | None
    subscriber_salt: bytes | None
    request_salt: bytes | None
    purpose_ids: frozenset[int]
    is_blocked: bool
    emails: Sequence[tuple[EmailKind, datetime]]


def _fact(name: str, **columns: SQLColumnExpression[Any]) -> Select[Any]:
    """Return the query of a kind of fact. A column that it lacks is NULL."""
    given: list[Any] = [
        columns.get(each, cast(null(), kind)).label(each) for each, kind in TYPES.items()
    ]
    fact: Select[Any] = select(literal_column(f"'{name}'", String).label("fact"), *given)
    return fact


def _newest_salt() -> ScalarSelect[bytes]:
    return (
        select(SignupRequest.log_salt)
        .where(SignupRequest.address_mac == bindparam("address_mac"))
        .order_by(SignupRequest.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )


_IS_THEIRS = Subscriber.address_key == bindparam("address_key")
_READ = Statement(
    union_all(
        _fact(EDITION, word=SiteEdition.value),
        _fact(PERSON, number=Subscriber.id, secret=Subscriber.log_salt).where(_IS_THEIRS),
        *(
            _fact(PURPOSE, number=each.purpose_id)
            .join(Subscriber, Subscriber.id == each.subscriber_id)
            .where(_IS_THEIRS)
            for each in (Subscription, Agreement)
        ),
        _fact(SALT, secret=_newest_salt()),
        _fact(BLOCK, word=Suppression.scope).where(
            or_(
                Suppression.address_mac == bindparam("address_mac"),
                Suppression.address_mac == bindparam("former_mac"),
            ),
            Suppression.scope == literal_column(f"'{SIGNUP_MAIL}'"),
            or_(Suppression.until.is_(None), Suppression.until > bindparam("now")),
        ),
        _fact(EMAIL, word=cast(OutboxEmail.kind, String), moment=OutboxEmail.created_at).where(
            OutboxEmail.rate_mac == bindparam("mailbox_mac"),
            OutboxEmail.created_at > bindparam("since"),
            or_(*(OutboxEmail.kind == literal_column(f"'{each}'") for each in SIGNUP_EMAILS)),
            may_have_arrived(),
            OutboxEmail.answered_at.is_(None),
        ),
    )
)


def read_facts(address_key: str, macs: AddressMacs, *, now: datetime, since: datetime) -> Call:
    """Return the read of everything about an address; signup emails count from `since` on."""
    return _READ(
        address_key=address_key,
        address_mac=macs.address,
        former_mac=macs.former,
        mailbox_mac=macs.mailbox,
        now=now,
        since=since,
    )


def sort_facts(rows: Sequence[Row]) -> SignupFacts:
    """Return the facts in the rows of the read."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    person = found.get(PERSON, [(PERSON, None, None, None, None)])[0]
    emails = [(EmailKind(word), moment) for _, _, _, word, moment in found.get(EMAIL, [])]
    return SignupFacts(
        edition=found[EDITION][0][3],
        subscriber_id=person[1],
        subscriber_salt=person[2],
        request_salt=found[SALT][0][2],
        purpose_ids=frozenset(row[1] for row in found.get(PURPOSE, [])),
        is_blocked=BLOCK in found,
        emails=sorted(emails, key=lambda each: each[1], reverse=True),
    )
