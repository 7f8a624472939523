"""Reads of exports: the people whom a list would contain now, and the exports of the past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from supporters import clock
from supporters.consent.eligibility import is_eligible_by_lookup
from supporters.consent.models import ConsentEvent, Wording
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, Profile, profile_of
from supporters.personal_data.models import PendingErasure
from supporters.questions.queries import select_values

PAGE_SIZE = 50
LAST_PAGE = 10_000
PEOPLE_PER_QUERY = 5_000


@dataclass(frozen=True, kw_only=True)
class ExportedPerson:
    """The data of one person in an exported file."""

    id: int
    address: str
    profile: Profile
    confirmed_at: datetime
    wording_version: int
    event_id: int
    answers: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class PastExport:
    """An export of the past: the account, the list, the number of people and the reason."""

    occurred_at: datetime
    asked_by: str
    list_name: str
    people: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExportPage:
    """A page of the exports, newest first."""

    items: list[PastExport]
    number: int
    has_next: bool


def stream_people(list_id: int, purpose_id: int, *, until: datetime) -> Iterator[ExportedPerson]:
    """Yield the subscribers of a list at that time who may still be written to, by id.

    People are read in groups, each with a new query. Somebody who unsubscribes meanwhile is left
    out, memory stays flat, and no transaction stays open while a slow network reads.
    """
    last = 0
    while group := _read_group(list_id, purpose_id, until=until, after=last):
        yield from group
        last = group[-1].id


def _read_group(
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
            and_(Subscription.mailing_list_id == list_id, Subscription.purpose_id == purpose_id),
            Subscription.subscribed_at <= until,
            Subscription.subscriber_id > after,
            is_eligible_by_lookup(purpose_id, clock.now()),
        )
        .order_by(Subscription.subscriber_id)
        .limit(PEOPLE_PER_QUERY)
    )
    with db.engine.connect() as connection:
        rows = connection.execute(statement).all()
        answers = _read_answers(connection, list_id, [row.id for row in rows])
    return [
        ExportedPerson(
            id=row.id,
            address=row.address,
            profile=profile_of(row),
            confirmed_at=row.subscribed_at,
            wording_version=row.version,
            event_id=row.consent_event_id,
            answers=answers.get(row.id, {}),
        )
        for row in rows
    ]


def _read_answers(
    connection: Connection, list_id: int, ids: Sequence[int]
) -> dict[int, dict[int, str]]:
    """Return the answers of people to the questions of a list, by person and question."""
    found: dict[int, dict[int, str]] = {}
    if ids:
        rows = connection.execute(select_values(list_id, first=ids[0], last=ids[-1]))
        for subscriber_id, question_id, value in rows:
            found.setdefault(subscriber_id, {})[question_id] = value
    return found


def list_export_times(asked_by: str, since: datetime) -> Sequence[datetime]:
    """Return the times of the exports by an account, oldest first."""
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
    """Return a page of all exports; the first page is 1."""
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
        PastExport(
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
    """Tell whether the erasure of a person waits for messages that a sender is sending."""
    return db.session.get(PendingErasure, subscriber_id) is not None


def is_erasure_pending(holder: bytes) -> bool:
    """Tell the same of the erasure that names its person by this hash."""
    found = select(PendingErasure.subscriber_id).where(PendingErasure.holder == holder)
    return db.session.scalar(found) is not None
