"""Counts the acts of accounts, for the limits of a day.

The audit log is in the database, so a limit holds over all processes, and after a restart.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select

from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.database import db
from supporters.ids import first_id_of


def count_acts(acts: Collection[Act], *, since: datetime, account_id: int | None = None) -> int:
    """Return how many of these acts an account did since a moment; None: all accounts."""
    counted = _acts_since(acts, since)
    if account_id is not None:
        counted = counted.where(AuditEvent.account_id == account_id)
    return db.session.scalar(counted) or 0


def has_done(act: Act, object_id: int, *, since: datetime, account_id: int) -> bool:
    """Tell whether an account did this act to this object since a moment."""
    counted = _acts_since([act], since).where(
        AuditEvent.account_id == account_id, AuditEvent.object_id == object_id
    )
    return bool(db.session.scalar(counted))


def find_last_account(act: Act, object_id: int) -> int | None:
    """Return the account that did an act to an object last."""
    return db.session.scalar(
        select(AuditEvent.account_id)
        .where(AuditEvent.act == act.value, AuditEvent.object_id == object_id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def _acts_since(acts: Collection[Act], since: datetime) -> Select[int]:
    """Return the statement. Ids are ordered in time, and both indexes end with the id."""
    return (
        select(func.count())
        .select_from(AuditEvent)
        .where(
            AuditEvent.act.in_(sorted(act.value for act in acts)),
            AuditEvent.id >= first_id_of(since),
        )
    )
