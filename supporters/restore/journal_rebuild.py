"""Adds missing lines to the journal of withdrawals, from the data in the database.

It is for a disk that was full, or a file that was lost. The database doesn't know everything: it no
longer shows that a person was erased and signed up again, or allowed signup emails again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select

from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, SIGNUP_MAIL
from supporters.consent.withdrawal_journal import (
    JOURNAL_RETENTION,
    Withdrawal,
    WithdrawalKind,
    append_withdrawals,
    delete_gaps,
    journal_path,
    read_withdrawals,
)
from supporters.database import db, transaction
from supporters.lists.models import ListPurpose
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_team_act
from supporters.people.models import Subscriber

WithdrawalKey = tuple[WithdrawalKind, bytes, int | None, int | None]
EVER = datetime.min.replace(tzinfo=UTC)
ENDING_EVENTS = (EventKind.WITHDRAWN, EventKind.OBJECTED)
KIND_OF_EVENT = {
    EventKind.RESTRICTED: WithdrawalKind.RESTRICTED,
    EventKind.RESTRICTION_LIFTED: WithdrawalKind.RESTRICTION_LIFTED,
    EventKind.ADDRESS_CHANGED: WithdrawalKind.ADDRESS_CHANGED,
}


def rebuild_journal(now: datetime) -> int:
    """Add the missing lines and close the gaps; return the number of lines. Raises OSError.

    The gaps are closed first: a gap that is recorded meanwhile stays, because its line may be
    missed here.
    """
    with transaction():
        delete_gaps()
        path = journal_path()
        known = _latest(read_withdrawals(path)[0] if path.exists() else [])
        missing = [
            each for each in _list_withdrawals(now) if known.get(_about(each), EVER) < each.at
        ]
        append_withdrawals(missing)
        record_team_act(Act.JOURNAL_REBUILT, details={"count": len(missing)})
    return len(missing)


def _latest(withdrawals: list[Withdrawal]) -> dict[WithdrawalKey, datetime]:
    """Return the latest time of each withdrawal; a suppression has the time of its first reason."""
    latest: dict[WithdrawalKey, datetime] = {}
    for withdrawal in withdrawals:
        about = _about(withdrawal)
        latest[about] = max(withdrawal.at, latest.get(about, EVER))
    return latest


def _about(withdrawal: Withdrawal) -> WithdrawalKey:
    return (withdrawal.kind, withdrawal.person, withdrawal.list_id, withdrawal.purpose_id)


def _list_withdrawals(now: datetime) -> list[Withdrawal]:
    since = now - JOURNAL_RETENTION
    found = [*_withdrawals_of_events(since), *_withdrawals_of_suppressions(since)]
    return sorted(found, key=lambda each: each.at)


def _withdrawals_of_events(since: datetime) -> Iterator[Withdrawal]:
    """Yield the withdrawals of the people in the database."""
    lists = {
        each.purpose_id: each.mailing_list_id for each in db.session.scalars(select(ListPurpose))
    }
    macs: dict[int, bytes] = {}
    is_no_move = (
        ConsentEvent.kind != EventKind.ADDRESS_CHANGED
    )  # events after an address change have the same time
    in_order = (ConsentEvent.occurred_at, is_no_move, ConsentEvent.id)
    for event in db.session.scalars(select(ConsentEvent).order_by(*in_order)):
        before = macs.get(event.subscriber_id, event.address_mac)
        macs[event.subscriber_id] = event.address_mac
        if event.occurred_at < since:
            continue
        if event.kind in KIND_OF_EVENT:
            yield Withdrawal(
                kind=KIND_OF_EVENT[event.kind],
                at=event.occurred_at,
                person=before,
                method=event.method,
                to=event.address_mac if event.kind is EventKind.ADDRESS_CHANGED else None,
            )
        elif event.kind in ENDING_EVENTS and event.purpose_id is not None:
            list_id = lists.get(event.purpose_id)
            yield Withdrawal(
                kind=WithdrawalKind.WITHDRAWN if list_id is None else WithdrawalKind.UNSUBSCRIBED,
                at=event.occurred_at,
                person=event.address_mac,
                method=event.method,
                list_id=list_id,
                purpose_id=event.purpose_id if list_id is None else None,
            )


def _withdrawals_of_suppressions(since: datetime) -> Iterator[Withdrawal]:
    """Yield erasures, objections, and mailboxes that stopped signup emails."""
    living = {*db.session.scalars(select(Subscriber.address_mac))}
    former = {*db.session.scalars(select(ConsentEvent.address_mac))} - living
    for row in db.session.scalars(select(Suppression).where(Suppression.since >= since)):
        kind = WithdrawalKind.SIGNUP_MAIL_BLOCKED
        if row.scope == EVERYTHING:
            kind = WithdrawalKind.OBJECTED if row.address_mac in living else WithdrawalKind.ERASED
        elif row.scope != SIGNUP_MAIL:
            continue
        if (
            row.address_mac not in former or kind is WithdrawalKind.SIGNUP_MAIL_BLOCKED
        ):  # the old address of a person who changed it
            yield Withdrawal(kind=kind, at=row.since, person=row.address_mac, method=Method.PAGE)
