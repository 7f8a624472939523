"""Reads of exports: whom a list would hand out now, and what was handed out before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from supporters import clock
from supporters.consent.eligibility import is_eligible, is_eligible_by_look_up
from supporters.consent.models import ConsentEvent, Wording
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, Profile, profile_of
from supporters.personal_data.models import PendingErasure

PAGE_SIZE = 50
LAST_PAGE = 10_000
PEOPLE_AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True)
class ExportedPerson:
    """What a file says of one person."""

    id: int
    address: str
    profile: Profile
    confirmed_at: datetime
    wording_version: int
    event_id: int


@dataclass(frozen=True, kw_only=True)
class Exported:
    """An export that was made: by whom, of which list, how many people, and why."""

    occurred_at: datetime
    asked_by: str
    list_name: str
    people: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExportPage:
    """A page of the exports, newest first."""

    items: list[Exported]
    number: int
    has_next: bool


def count_exportable(list_id: int, purpose_id: int, *, now: datetime) -> int:
    """Return how many people an export would hand out: those that a campaign would reach now."""
    counted = (
        select(func.count())
        .select_from(Subscription)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(_agreed(list_id, purpose_id), is_eligible(purpose_id, now))
    )
    return db.session.scalar(counted) or 0


def stream_people(list_id: int, purpose_id: int, *, until: datetime) -> Iterator[ExportedPerson]:
    """Yield who was on a list by then and still may be written to, in the order of their ids.

    Some are read at a time, each time anew: who leaves meanwhile isn't in it any more, memory
    stays flat, and no transaction stays open for as long as a slow network takes.
    """
    last = 0
    while some := _read_some(list_id, purpose_id, until=until, after=last):
        yield from some
        last = some[-1].id


def _read_some(
    list_id: int, purpose_id: int, *, until: datetime, after: int
) -> list[ExportedPerson]:
    statement = (
        select(
            Subscriber.id,
            Subscriber.address,
            *(getattr(Subscriber, name) for name in PROFILE_FIELDS),
            Subscription.subscribed_at,
            Wording.version,
            Subscription.consent_event_id,
        )
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .join(ConsentEvent, ConsentEvent.id == Subscription.consent_event_id)
        .join(Wording, Wording.id == ConsentEvent.wording_id)
        .where(
            _agreed(list_id, purpose_id),
            Subscription.subscribed_at <= until,
            Subscription.subscriber_id > after,
            is_eligible_by_look_up(purpose_id, clock.now()),
        )
        .order_by(Subscription.subscriber_id)
        .limit(PEOPLE_AT_ONCE)
    )
    with db.engine.connect() as connection:
        rows = connection.execute(statement).all()
    return [
        ExportedPerson(
            id=row.id,
            address=row.address,
            profile=profile_of(row),
            confirmed_at=row.subscribed_at,
            wording_version=row.version,
            event_id=row.consent_event_id,
        )
        for row in rows
    ]


def _agreed(list_id: int, purpose_id: int) -> ColumnElement[bool]:
    """Return the condition that somebody on the list agreed to what it means today."""
    return and_(Subscription.mailing_list_id == list_id, Subscription.purpose_id == purpose_id)


def list_times_of(asked_by: str, since: datetime) -> Sequence[datetime]:
    """Return when an account made exports, oldest first."""
    return db.session.scalars(
        select(Disclosure.occurred_at)
        .where(
            Disclosure.kind == DisclosureKind.EXPORT,
            Disclosure.occurred_at > since,
            Disclosure.asked_by == asked_by,
        )
        .order_by(Disclosure.occurred_at)
    ).all()


def list_exports(number: int) -> ExportPage:
    """Return a page, the first being 1, of all exports that were ever made."""
    number = min(max(number, 1), LAST_PAGE)
    rows = db.session.execute(
        select(Disclosure, MailingList.name)
        .outerjoin(MailingList, MailingList.id == Disclosure.mailing_list_id)
        .where(Disclosure.kind == DisclosureKind.EXPORT)
        .order_by(Disclosure.occurred_at.desc(), Disclosure.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    ).all()
    exports = [
        Exported(
            occurred_at=disclosure.occurred_at,
            asked_by=disclosure.asked_by,
            list_name=name or "",
            people=disclosure.people,
            reason=disclosure.reason,
        )
        for disclosure, name in rows[:PAGE_SIZE]
    ]
    return ExportPage(items=exports, number=number, has_next=len(rows) > PAGE_SIZE)


def is_being_erased(subscriber_id: int) -> bool:
    """Tell whether a person is erased but for the mails that a lane has in hand."""
    return db.session.get(PendingErasure, subscriber_id) is not None
