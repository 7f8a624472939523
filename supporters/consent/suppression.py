"""Adds and lifts suppressions: keyed hashes of addresses that may not be written to.

They survive erasure and changes of lists. Only a new confirmation from the mailbox lifts them
(REQ-35).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, case, delete, or_
from sqlalchemy.dialects import postgresql

from supporters.consent.models import Suppression
from supporters.consent.queries import list_suppressed
from supporters.database import db
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.fast_path.session_calls import write_in_session
from supporters.people.addresses import Address, address_mac

NOT_ME_PERIOD = timedelta(days=365)
_ORDER = postgresql.insert(Suppression)  # SQLite has the same ON CONFLICT
_UNTIL = _ORDER.excluded.until
_IS_LONGER = or_(_UNTIL.is_(None), Suppression.until < _UNTIL)
_PUT = RowsInsert(
    _ORDER.on_conflict_do_update(
        index_elements=["address_mac", "scope"],
        set_={"until": case((_IS_LONGER, _UNTIL), else_=Suppression.until)},
    ),
    ("address_mac", "scope", "since", "until"),
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
    write_in_session(put_suppression_rows(address_mac, [scope], now=now, until=until))


def put_suppression_rows(
    address_mac: bytes, scopes: Sequence[str], *, now: datetime, until: datetime | None = None
) -> Call:
    """Return the call that suppresses an address in scopes, none of them for a shorter time."""
    return _PUT(
        [
            {"address_mac": address_mac, "scope": each, "since": now, "until": until}
            for each in scopes
        ]
    )


def suppress_everything(address_mac: bytes, now: datetime) -> None:
    """Suppress all our emails to an address. A repeated objection has the time of the last one.

    So a link that undoes an earlier objection, recorded by the team, doesn't undo this one.
    """
    suppress(address_mac, EVERYTHING, now=now, until=None)
    row = db.session.get_one(Suppression, (address_mac, EVERYTHING))
    row.since = max(row.since, now)


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
    row = db.session.get(Suppression, (address_mac, SIGNUP_MAIL))
    if row is not None:
        db.session.delete(row)
    return row is not None


def scopes_to_lift(purpose_ids: Sequence[int]) -> list[str]:
    """Return the scopes that a confirmation for these purposes lifts, for its own address."""
    return [EVERYTHING, SIGNUP_MAIL, *(purpose_scope(each) for each in purpose_ids)]


def lift_suppression_row(address_mac: bytes, scope: str) -> Call:
    """Return the call that lifts one suppression, for a trip to the database."""
    return _LIFT(lifted_mac=address_mac, lifted_scope=scope)


def lift_suppressions(address_mac: bytes, purpose_ids: Sequence[int]) -> None:
    """Lift the suppressions for these purposes, after the person's own confirmation."""
    scopes = [EVERYTHING, *(purpose_scope(each) for each in purpose_ids)]
    db.session.execute(
        delete(Suppression).where(
            Suppression.address_mac == address_mac, Suppression.scope.in_(scopes)
        )
    )
