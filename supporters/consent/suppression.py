"""Adds and lifts suppressions: keyed hashes of addresses that may not be written to.

They survive erasure and changes of lists. Only a new confirmation from the mailbox lifts them
(REQ-35). Each of them and its end are sealed, in the transaction that writes or deletes the row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, bindparam, delete, insert, or_, select
from sqlalchemy.dialects import postgresql

from supporters import clock
from supporters.consent.models import Suppression
from supporters.consent.queries import list_suppressed
from supporters.consent.suppression_records import (
    NewSuppression,
    describe_ends,
    describe_new,
    make_suppression,
)
from supporters.database import db, in_transaction
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.fast_path.session_calls import write_in_session
from supporters.people.addresses import Address, address_mac
from supporters.transparency_log.log_records import add_entry
from supporters.transparency_log.models import LogEntry

NOT_ME_PERIOD = timedelta(days=365)
_ORDER = postgresql.insert(Suppression)  # SQLite has the same ON CONFLICT
_UNTIL = _ORDER.excluded.until
_IS_LONGER = and_(Suppression.until.is_not(None), or_(_UNTIL.is_(None), Suppression.until < _UNTIL))
_COLUMNS = ("address_mac", "scope", "since", "until", "record_id")
_PUT = RowsInsert(
    _ORDER.on_conflict_do_update(
        index_elements=["address_mac", "scope"],
        set_={name: _ORDER.excluded[name] for name in ("since", "until", "record_id")},
        where=_IS_LONGER,
    ),
    _COLUMNS,
)
_LIFT = Statement(
    delete(Suppression).where(
        Suppression.address_mac == bindparam("lifted_mac"),
        Suppression.scope == bindparam("lifted_scope"),
    )
)


class ScopeKind(StrEnum):
    """The emails that a suppression prevents. The scope of a purpose ends with its id."""

    EVERYTHING = "everything"
    SIGNUP_MAIL = "signup-letters"
    INVITATIONS = "invitations"
    PURPOSE = "purpose"


EVERYTHING = ScopeKind.EVERYTHING.value
SIGNUP_MAIL = ScopeKind.SIGNUP_MAIL.value
INVITATIONS = ScopeKind.INVITATIONS.value


def purpose_scope(purpose_id: int) -> str:
    """Return the scope of one purpose."""
    return f"{ScopeKind.PURPOSE}:{purpose_id}"


def scope_kind(scope: str) -> ScopeKind:
    """Return what a scope prevents."""
    return ScopeKind(scope.partition(":")[0])


def campaign_scopes(purpose_id: int) -> tuple[str, str]:
    """Return the scopes that prevent campaigns for this purpose."""
    return (EVERYTHING, purpose_scope(purpose_id))


def invitation_scopes(purpose_ids: Sequence[int]) -> list[str]:
    """Return the scopes that prevent an invitation to a list, with all purposes it ever had."""
    return [EVERYTHING, INVITATIONS, *(purpose_scope(each) for each in purpose_ids)]


def suppress(address_mac: bytes, scope: str, *, now: datetime, until: datetime | None) -> None:
    """Suppress an address in a scope. It never shortens an existing suppression."""
    before = _find(address_mac, scope)
    if before is not None and (before.until is None or (until and until <= before.until)):
        return
    _replace(before, address_mac, scope, since=before.since if before else now, until=until)


def put_suppression_row(new: NewSuppression) -> Call:
    """Return the call that suppresses an address in a scope where it is not suppressed."""
    return _PUT([vars(new)])


def suppress_everything(address_mac: bytes, now: datetime) -> None:
    """Suppress all our emails to an address. A repeated objection has the time of the last one.

    So a link that undoes an earlier objection, recorded by the team, doesn't undo this one.
    """
    suppress(address_mac, EVERYTHING, now=now, until=None)
    row = _find(address_mac, EVERYTHING)
    if row is not None and row.since < now:
        lift_scopes(address_mac, [EVERYTHING])
        _replace(None, address_mac, EVERYTHING, since=now, until=None)


def suppress_many(
    macs: Sequence[bytes], scope: str, *, now: datetime, until: datetime | None
) -> None:
    """Suppress many addresses that are not suppressed in a scope."""
    new = [make_suppression(each, scope, since=now, until=until, now=now) for each in macs]
    records = [describe_new(each) for each in new]
    if new:
        db.session.execute(insert(Suppression), [vars(each) for each in new])
        db.session.execute(
            insert(LogEntry),
            [
                {"kind": each.kind, "record_id": each.id, "commitment": each.commitment}
                for each in records
            ],
        )


def _find(address_mac: bytes, scope: str) -> Suppression | None:
    return db.session.get(
        Suppression, (address_mac, scope), with_for_update=True, populate_existing=True
    )


def _replace(
    before: Suppression | None,
    address_mac: bytes,
    scope: str,
    *,
    since: datetime,
    until: datetime | None,
) -> None:
    """Write a suppression in the place of an earlier one, unless somebody was faster."""
    ended = None if before is None else before.record_id
    new = make_suppression(address_mac, scope, since=since, until=until, now=clock.now())
    write_in_session(put_suppression_row(new))
    row = _find(address_mac, scope)
    if row is not None and row.record_id == new.record_id:
        for record in (*describe_ends([ended]), describe_new(new)):
            add_entry(record)


def find_objection(address_mac: bytes, now: datetime) -> Suppression | None:
    """Return the suppression of all our emails to an address."""
    found = db.session.get(Suppression, (address_mac, EVERYTHING))
    return None if found is None or (found.until is not None and found.until <= now) else found


def block_signup_mail(address_mac: bytes, now: datetime) -> None:
    """Block signup emails to an address for a year, and not to its aliases: others may use them."""
    suppress(address_mac, SIGNUP_MAIL, now=now, until=now + NOT_ME_PERIOD)


def is_signup_mail_blocked(address: Address, now: datetime) -> bool:
    """Tell whether signup emails to an address are blocked."""
    return bool(list_suppressed([address_mac(address.key)], [SIGNUP_MAIL], now))


def unblock_signup_mail(address_mac: bytes) -> bool:
    """Unblock signup emails to an address, at the person's own wish.

    Tell whether they were blocked.
    """
    return lift_scopes(address_mac, [SIGNUP_MAIL])


@in_transaction
def lift_scopes(address_mac: bytes, scopes: Sequence[str]) -> bool:
    """Lift the suppressions of an address in scopes; tell whether there were any."""
    found = db.session.scalars(
        select(Suppression)
        .where(Suppression.address_mac == address_mac, Suppression.scope.in_(scopes))
        .with_for_update()
    ).all()
    for record in describe_ends([each.record_id for each in found]):
        add_entry(record)
    for row in found:
        db.session.delete(row)
    db.session.flush()
    return bool(found)


def scopes_to_lift(purpose_ids: Sequence[int]) -> list[str]:
    """Return the scopes that a confirmation for these purposes lifts, for its own address."""
    return [EVERYTHING, SIGNUP_MAIL, *(purpose_scope(each) for each in purpose_ids)]


def lift_suppression_row(address_mac: bytes, scope: str) -> Call:
    """Return the call that lifts one suppression, for a trip to the database."""
    return _LIFT(lifted_mac=address_mac, lifted_scope=scope)


def lift_suppressions(address_mac: bytes, purpose_ids: Sequence[int]) -> None:
    """Lift the suppressions for these purposes, after the person's own confirmation."""
    lift_scopes(address_mac, [EVERYTHING, *(purpose_scope(each) for each in purpose_ids)])
