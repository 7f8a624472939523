"""The emails of signups that wait during a hold, by mail domain and by network.

Owners let them go, or drop those of a domain or a network. A dropped email is never sent; its
request ends unconfirmed, and the person can sign up again at once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement, Select, select

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_team_act
from supporters.crypto.encryption import keyed_hash
from supporters.database import db, in_transaction, update_where, use_case
from supporters.dialects import in_values
from supporters.locks import Lock
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_claims import NOT_WANTED
from supporters.mail.queries import SIGNUP_EMAILS
from supporters.mail.states import EMAIL_STATES, EmailMove
from supporters.networks import UNKNOWN, site_of
from supporters.people.data_keys import ADDRESSES, data_key
from supporters.signup.acts import SignupAct
from supporters.signup.models import SignupRequest
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.rush.causes import Causes, is_email_of, is_request_of, read_causes
from supporters.signup.rush.models import SignupHold

log = structlog.get_logger(__name__)
MOST_SHOWN = 5
PROLONGED_AT = REQUEST_LIFETIME / 3  # a held request is prolonged when so little is left


class HeldBy(StrEnum):
    """The two ways in which held emails are grouped."""

    DOMAIN = "domain"
    NETWORK = "network"


@dataclass(frozen=True, kw_only=True)
class HeldGroup:
    """Held emails of one domain or network; `key` names a network by its hash."""

    by: HeldBy
    key: str
    emails: int


@dataclass(frozen=True)
class _Held:
    id: int
    email_id: int
    address: str
    network_mac: bytes | None
    expires_at: datetime


def hash_visitor(now: datetime) -> bytes | None:
    """Return the hash by which the signups of a network are grouped: another one each day.

    A /48 of IPv6 is one network: its customer has all its parts. None if the visitor's browser
    worked for the form: then its email isn't held with its network.
    """
    visitor = current_actor()
    if visitor.has_worked:
        return None
    network = visitor.network or ""
    name = f"{now.date().isoformat()} {site_of(network) or network}"
    return keyed_hash(data_key(ADDRESSES), "signup network", name)[:16]


def find_hold() -> SignupHold | None:
    """Return the hold that has not ended."""
    return db.session.scalar(select(SignupHold).where(SignupHold.ended_at.is_(None)).limit(1))


def are_emails_held() -> bool:
    """Tell whether the emails of signups wait at present."""
    return find_hold() is not None


def find_held_emails() -> ColumnElement[bool] | bool:
    """Return which signup emails wait at present: none, all, or those of a condition."""
    hold = find_hold()
    return hold is not None and is_email_of(read_causes(hold.causes))


def is_asked_for(_email: OutboxEmail, _recipient: str, _values: TemplateValues) -> bool:
    """Tell that an email may leave: the person asked for it, and only a hold lets it wait."""
    return True


def count_held() -> int:
    """Return how many emails wait."""
    return sum(group.emails for group in _list_all_groups(HeldBy.DOMAIN))


def list_groups(by: HeldBy) -> Sequence[HeldGroup]:
    """Return the largest groups of held emails. A single email is no group."""
    return [group for group in _list_all_groups(by) if group.emails > 1][:MOST_SHOWN]


def find_group(by: HeldBy, key: str) -> HeldGroup | None:
    """Return the group of held emails of a domain or a network."""
    return next((group for group in _list_all_groups(by) if group.key == key), None)


@use_case
def let_emails_go(by: int | None) -> bool:
    """End the hold; tell whether there was one. The 72 hours of each request begin now."""
    Lock.SIGNUP_HOLD.take()
    hold = find_hold()
    if hold is None:
        return False
    now = clock.now()
    hold.ended_at, hold.ended_by = now, by
    number = _prolong(_read_held(read_causes(hold.causes)), now)
    record_team_act(SignupAct.EMAILS_RELEASED, hold.id, {"count": number})
    log.info("signup.emails_released", hold=hold.id, emails=number)
    return True


@use_case
def drop_emails(by: HeldBy, key: str) -> int:
    """Drop the held emails of a domain or a network; return how many there were."""
    Lock.SIGNUP_HOLD.take()
    hold = find_hold()
    if hold is None:
        return 0
    held = _read_held(read_causes(hold.causes))
    ids = [row.email_id for row in held if _key_of(row, by) == key]
    update_where(
        OutboxEmail,
        in_values(OutboxEmail.id, ids),
        OutboxEmail.status == EmailStatus.QUEUED,
        status=EMAIL_STATES.target(EmailMove.GIVE_UP),
        settled_at=clock.now(),
        last_reply=NOT_WANTED,
        encrypted=None,
    )
    record_team_act(SignupAct.EMAILS_DROPPED, hold.id, {"count": len(ids), "by": by.value})
    return len(ids)


@in_transaction
def prolong_held(hold: SignupHold, now: datetime) -> None:
    """Prolong the held requests that would soon expire: an email that waits costs nobody time."""
    soon = now + PROLONGED_AT
    held = _read_held(read_causes(hold.causes))
    _prolong([row for row in held if row.expires_at < soon], now)


def _prolong(rows: Sequence[_Held], now: datetime) -> int:
    """Let the 72 hours of some requests and their emails begin now; return how many there are."""
    until = now + REQUEST_LIFETIME
    requests, emails = [each.id for each in rows], [each.email_id for each in rows]
    update_where(SignupRequest, in_values(SignupRequest.id, requests), expires_at=until)
    update_where(OutboxEmail, in_values(OutboxEmail.id, emails), expires_at=until)
    return len(rows)


def _read_held(causes: Causes | None) -> list[_Held]:
    return [_Held(*row) for row in db.session.execute(_held().where(is_request_of(causes)))]


def _held() -> Select[int, int, str, bytes | None, datetime]:
    return (
        select(
            SignupRequest.id,
            OutboxEmail.id,
            SignupRequest.address,
            SignupRequest.network_mac,
            SignupRequest.expires_at,
        )
        .join(SignupRequest, SignupRequest.email_id == OutboxEmail.id)
        .where(
            OutboxEmail.status == EmailStatus.QUEUED,
            OutboxEmail.kind.in_(SIGNUP_EMAILS),
        )
    )


def _list_all_groups(by: HeldBy) -> list[HeldGroup]:
    hold = find_hold()
    held = _read_held(read_causes(hold.causes)) if hold else []
    counts = Counter(_key_of(row, by) for row in held)
    return [HeldGroup(by=by, key=key, emails=number) for key, number in counts.most_common()]


def _key_of(row: _Held, by: HeldBy) -> str:
    if by is HeldBy.DOMAIN:
        return row.address.rpartition("@")[2]
    return row.network_mac.hex() if row.network_mac else UNKNOWN
