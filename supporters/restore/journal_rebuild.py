"""Adds missing lines to the journal of withdrawals, from the data in the database.

It is for a disk that was full, or a file that was lost. The database doesn't know everything: it no
longer shows that a person was erased and signed up again, or allowed signup emails again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select

from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, SIGNUP_LETTERS
from supporters.consent.withdrawal_journal import (
    KEPT_FOR,
    Taken,
    Taking,
    append_takings,
    close_gaps,
    journal_path,
    read_takings,
)
from supporters.database import db, transaction
from supporters.lists.models import ListPurpose
from supporters.people.models import Subscriber

About = tuple[Taken, bytes, int | None, int | None]
EVER = datetime.min.replace(tzinfo=UTC)
ENDING = (EventKind.WITHDRAWN, EventKind.OBJECTED)
OF_PEOPLE = {
    EventKind.RESTRICTED: Taken.RESTRICTED,
    EventKind.RELEASED: Taken.RELEASED,
    EventKind.MOVED: Taken.MOVED,
}


def rebuild_journal(now: datetime) -> int:
    """Add the missing lines and close the gaps; return the number of lines. Raises OSError.

    The gaps are closed first: a gap that is recorded meanwhile stays, because its line may be
    missed here.
    """
    with transaction():
        close_gaps()
        path = journal_path()
        known = _latest(read_takings(path)[0] if path.exists() else [])
        missing = [each for each in _list_takings(now) if known.get(_about(each), EVER) < each.at]
        append_takings(missing)
    return len(missing)


def _latest(takings: list[Taking]) -> dict[About, datetime]:
    """Return the latest time of each withdrawal; a suppression has the time of its first reason."""
    latest: dict[About, datetime] = {}
    for taking in takings:
        about = _about(taking)
        latest[about] = max(taking.at, latest.get(about, EVER))
    return latest


def _about(taking: Taking) -> About:
    return (taking.kind, taking.person, taking.list_id, taking.purpose_id)


def _list_takings(now: datetime) -> list[Taking]:
    since = now - KEPT_FOR
    found = [*_takings_of_events(since), *_takings_of_suppressions(since)]
    return sorted(found, key=lambda each: each.at)


def _takings_of_events(since: datetime) -> Iterator[Taking]:
    """Yield the withdrawals of the people in the database."""
    lists = {
        each.purpose_id: each.mailing_list_id for each in db.session.scalars(select(ListPurpose))
    }
    macs: dict[int, bytes] = {}
    is_no_move = (
        ConsentEvent.kind != EventKind.MOVED
    )  # events after an address change have the same time
    in_order = (ConsentEvent.occurred_at, is_no_move, ConsentEvent.id)
    for event in db.session.scalars(select(ConsentEvent).order_by(*in_order)):
        before = macs.get(event.subscriber_id, event.address_mac)
        macs[event.subscriber_id] = event.address_mac
        if event.occurred_at < since:
            continue
        if event.kind in OF_PEOPLE:
            yield Taking(
                kind=OF_PEOPLE[event.kind],
                at=event.occurred_at,
                person=before,
                method=event.method,
                to=event.address_mac if event.kind is EventKind.MOVED else None,
            )
        elif event.kind in ENDING and event.purpose_id is not None:
            list_id = lists.get(event.purpose_id)
            yield Taking(
                kind=Taken.WITHDRAWN if list_id is None else Taken.LEFT,
                at=event.occurred_at,
                person=event.address_mac,
                method=event.method,
                list_id=list_id,
                purpose_id=event.purpose_id if list_id is None else None,
            )


def _takings_of_suppressions(since: datetime) -> Iterator[Taking]:
    """Yield erasures, objections, and mailboxes that stopped signup emails."""
    living = {*db.session.scalars(select(Subscriber.address_mac))}
    former = {*db.session.scalars(select(ConsentEvent.address_mac))} - living
    for row in db.session.scalars(select(Suppression).where(Suppression.since >= since)):
        kind = Taken.NOT_ME
        if row.scope == EVERYTHING:
            kind = Taken.OBJECTED if row.address_mac in living else Taken.ERASED
        elif row.scope != SIGNUP_LETTERS:
            continue
        if (
            row.address_mac not in former or kind is Taken.NOT_ME
        ):  # the old address of a person who changed it
            yield Taking(kind=kind, at=row.since, person=row.address_mac, method=Method.PAGE)
