"""Copies the withdrawals of other machines into the journal of this one: a lost disk loses none.

The database has the lines of a month. A machine that was off for longer lacks some, and `flask
doctor` says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from supporters.consent.withdrawal_journal import (
    WithdrawalLine,
    add_unknown_withdrawals,
    purge_withdrawals,
    read_line,
)
from supporters.database import db, delete_where, transaction

STORED_FOR = timedelta(days=30)
STILL_OPEN = timedelta(minutes=10)  # a transaction that stored a line may commit so much later
COPIED = "withdrawals_copied"


def copy_withdrawals(now: datetime) -> int:
    """Add to this machine's journal what it lacks; return how many lines. Raises OSError.

    `now` is the time of the database: a clock that is ahead would look for no line of others.
    """
    seen, until = current_app.extensions.get(COPIED, (frozenset(), now - STORED_FOR))
    rows = _list_since(until - STILL_OPEN)
    db.session.rollback()
    fresh = [line for row_id, line in rows if row_id not in seen]
    found = [each for each in map(read_line, fresh) if each is not None]
    count = add_unknown_withdrawals(found, now) if found else 0
    current_app.extensions[COPIED] = frozenset(row_id for row_id, _ in rows), now
    return count


def _list_since(moment: datetime) -> Sequence[tuple[int, bytes]]:
    rows = select(WithdrawalLine.id, WithdrawalLine.line).where(WithdrawalLine.stored_at >= moment)
    return [(row_id, line) for row_id, line in db.session.execute(rows.order_by(WithdrawalLine.id))]


def purge_stored_lines(now: datetime) -> int:
    """Delete the lines that every machine has copied by now; return how many."""
    with transaction():
        return delete_where(WithdrawalLine, WithdrawalLine.stored_at < now - STORED_FOR)


def purge_journal(now: datetime) -> int:
    """Purge this machine's journal of lines that are older than any backup; return how many.

    The next copy looks at all stored lines again: those of a clock that was behind are among them.
    """
    current_app.extensions.pop(COPIED, None)
    return purge_withdrawals(now)
