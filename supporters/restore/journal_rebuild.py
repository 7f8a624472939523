"""Adds missing lines to the journal of withdrawals, from the data in the database.

It is for a disk that was full, or a file that was lost. The database doesn't know everything: it no
longer shows that a person was erased and signed up again, or allowed signup emails again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from supporters.audit_log.audit_events import Act, record_team_act
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
from supporters.people.models import Subscriber

WithdrawalKey = tuple[WithdrawalKind, bytes, int | None, int | None]
EVER = datetime.min.replace(tzinfo=UTC)
ENDING_EVENTS = (EventKind.WITHDRAWN, EventKind.OBJECTED)
KIND_OF_EVENT = {
    EventKind.RESTRICTED: WithdrawalKind.RESTRICTED,
    EventKind.RESTRICTION_LIFTED: WithdrawalKind.RESTRICTION_LIFTED,
    EventKind.ADDRESS_CHANGED: WithdrawalKind.ADDRESS_CHANGED,
    EventKind.UNREACHABLE: WithdrawalKind.UNREACHABLE,
    EventKind.REACHABLE: WithdrawalKind.REACHABLE,
}


class RestoreAct(Act):
    """Acts about restored databases."""

    JOURNAL_REBUILT = (
        "database.journal_rebuilt",
        _("%(actor)s rebuilt the journal of withdrawals. New lines: %(count)s."),
    )
    RESTORED = (
        "database.restored",
        _("%(actor)s restored the backup of %(made_at)s, of version %(program)s of the program."),
    )


def rebuild_journal(now: datetime) -> int:
    """Add the missing lines and close the gaps; return the number of lines. Raises OSError.

    The gaps are closed first: a gap that is recorded meanwhile stays, because its line may be
    missed here.
    """
    with transaction():
        delete_gaps()
        missing = list_missing_lines(now)
        append_withdrawals(missing)
        record_team_act(RestoreAct.JOURNAL_REBUILT, details={"count": len(missing)})
    return len(missing)


def list_missing_lines(now: datetime) -> list[Withdrawal]:
    """Return the withdrawals in the database that this machine's journal lacks, oldest first."""
    known = _read_known()
    return [each for each in _list_withdrawals(now) if known.get(_about(each), EVER) < each.at]


def count_lost_lines(now: datetime) -> int:
    """Return how many withdrawals of the database this machine's journal doesn't have at all.

    An objection of somebody who was on no list looks like an erasure in the database.
    """
    known = _read_known()
    objected = {key[1] for key in known if key[0] is WithdrawalKind.OBJECTED}
    return sum(
        known.get(_about(each), EVER) < each.at
        and not (each.kind is WithdrawalKind.ERASED and each.person in objected)
        for each in _list_withdrawals(now)
    )


def _read_known() -> dict[WithdrawalKey, datetime]:
    path = journal_path()
    return _latest(read_withdrawals(path)[0] if path.exists() else [])


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
    earlier = aliased(ConsentEvent)
    before = (
        select(earlier.address_mac)
        .where(
            earlier.subscriber_id == ConsentEvent.subscriber_id,
            earlier.occurred_at < ConsentEvent.occurred_at,
        )
        .order_by(earlier.occurred_at.desc(), earlier.id.desc())
        .limit(1)
    )
    ended = select(ConsentEvent, before.scalar_subquery()).where(
        ConsentEvent.kind.in_([*KIND_OF_EVENT, *ENDING_EVENTS]), ConsentEvent.occurred_at >= since
    )
    is_no_move = (
        ConsentEvent.kind != EventKind.ADDRESS_CHANGED
    )  # events after an address change have the same time
    in_order = (ConsentEvent.occurred_at, is_no_move, ConsentEvent.id)
    for event, mac_before in db.session.execute(ended.order_by(*in_order)):
        if event.kind in KIND_OF_EVENT:
            is_move = event.kind is EventKind.ADDRESS_CHANGED
            yield Withdrawal(
                kind=KIND_OF_EVENT[event.kind],
                at=event.occurred_at,
                person=mac_before if is_move and mac_before else event.address_mac,
                method=event.method,
                to=event.address_mac if is_move else None,
            )
        elif event.purpose_id is not None:
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
    rows = select(
        Suppression,
        Suppression.address_mac.in_(select(Subscriber.address_mac)),
        Suppression.address_mac.in_(select(ConsentEvent.address_mac)),
    ).where(Suppression.since >= since)
    for row, is_living, has_events in db.session.execute(rows):
        kind = WithdrawalKind.SIGNUP_MAIL_BLOCKED
        if row.scope == EVERYTHING:
            kind = WithdrawalKind.OBJECTED if is_living else WithdrawalKind.ERASED
        elif row.scope != SIGNUP_MAIL:
            continue
        is_former = has_events and not is_living  # the old address of a person who changed it
        if not is_former or kind is WithdrawalKind.SIGNUP_MAIL_BLOCKED:
            yield Withdrawal(kind=kind, at=row.since, person=row.address_mac, method=Method.PAGE)
