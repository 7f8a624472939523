"""Reads of reconfirmations: people to ask, people asked, and their answers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from supporters.consent.eligibility import is_eligible
from supporters.consent.models import (
    IS_OF_RECONFIRMATION,
    Agreement,
    ConsentEvent,
    EventKind,
    Purpose,
)
from supporters.consent.queries import find_successor, list_earlier_purposes
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.database import db
from supporters.lists.models import Subscription, list_all_words
from supporters.lists.purpose_changes import current_texts
from supporters.lists.queries import find_list_of_purpose
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.people.models import Subscriber
from supporters.reconfirmation.models import (
    ConsentChange,
    ConsentChangeKind,
    ConsentChangeStatus,
    Reconfirmation,
)
from supporters.reconfirmation.states import WAITING


def get_current_purpose(purpose_id: int) -> Purpose:
    """Return the purpose itself, or its newest successor."""
    purpose = db.session.get_one(Purpose, purpose_id)
    while (successor := find_successor(purpose.id)) is not None:
        purpose = successor
    return purpose


def list_due_reconfirmations(now: datetime) -> Sequence[Reconfirmation]:
    """Return the reconfirmations whose next emails are due."""
    return db.session.scalars(
        select(Reconfirmation)
        .where(Reconfirmation.stopped_at.is_(None), Reconfirmation.due_at <= now)
        .order_by(Reconfirmation.purpose_id)
    ).all()


def find_reconfirmation(purpose_id: int) -> Reconfirmation | None:
    """Return the reconfirmation of a purpose, or None if it was not started."""
    return db.session.get(Reconfirmation, purpose_id)


def hash_of_texts(purpose_id: int, texts: Mapping[str, str]) -> str:
    """Return the hash of the words that an email about a purpose takes from owners."""
    mailing_list = find_list_of_purpose(purpose_id)
    words = [] if mailing_list is None else list_all_words(mailing_list)
    frozen = {"names": {each.language: each.name for each in words}, "texts": dict(texts)}
    written = json.dumps(frozen, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def hash_of_current_texts(purpose_id: int) -> str:
    """Return the hash of the words that people would be asked with now."""
    return hash_of_texts(purpose_id, current_texts(purpose_id))


def is_mailing_agreed(purpose_id: int) -> bool:
    """Tell whether a second person agreed to the words that people would be asked with now."""
    agreed = exists().where(
        ConsentChange.result_id == purpose_id,
        ConsentChange.status == ConsentChangeStatus.DONE,
        ConsentChange.text_hash == hash_of_current_texts(purpose_id),
    )
    return bool(db.session.scalar(select(agreed)))


def find_consent_change(change_id: int) -> ConsentChange | None:
    """Return the consent change with this id."""
    return db.session.get(ConsentChange, change_id)


def find_waiting_change(purpose_id: int) -> ConsentChange | None:
    """Return the consent change of a purpose that waits for a person or for its time."""
    return db.session.scalar(
        select(ConsentChange).where(
            ConsentChange.purpose_id == purpose_id, ConsentChange.status.in_(WAITING)
        )
    )


def list_waiting_changes() -> Sequence[ConsentChange]:
    """Return the consent changes that wait for a person or for their time, oldest first."""
    return db.session.scalars(
        select(ConsentChange).where(ConsentChange.status.in_(WAITING)).order_by(ConsentChange.id)
    ).all()


def count_people_concerned(change: ConsentChange) -> int:
    """Return how many people a consent change lets owners write to."""
    purpose = db.session.get_one(Purpose, change.purpose_id)
    if change.kind is ConsentChangeKind.MAILING:
        return count_to_ask(purpose)
    people = count_people_by_purpose()
    return sum(people.get(each, 0) for each in (purpose.id, *_list_earlier_ids(purpose)))


def list_people_to_ask(
    purpose: Purpose, now: datetime, *, after: int, limit: int
) -> Sequence[Subscriber]:
    """Return the next people to ask about a purpose, in the order of their ids.

    People with a suppression, a restriction or a pause are left out.
    """
    return db.session.scalars(
        _people_of_earlier_purposes(purpose)
        .where(
            Subscriber.id > after,
            ~_was_asked(purpose.id),
            is_eligible(purpose.id, now),
        )
        .order_by(Subscriber.id)
        .limit(limit)
    ).all()


def count_to_ask(purpose: Purpose) -> int:
    """Return how many people with a consent for an earlier purpose were not asked yet."""
    people = count_people_by_purpose()
    earlier = sum(people.get(each, 0) for each in _list_earlier_ids(purpose))
    return max(0, earlier - count_unanswered(purpose))


def count_unanswered(purpose: Purpose) -> int:
    """Return how many people were asked about a purpose and have not answered.

    It begins with the people asked: they are fewer than those with the earlier consent.
    """
    consent = Agreement if find_list_of_purpose(purpose.id) is None else Subscription
    asked = select(ConsentEvent.subscriber_id).where(
        ConsentEvent.purpose_id == purpose.id,
        ConsentEvent.kind == EventKind.RECONFIRMATION_REQUESTED,
        IS_OF_RECONFIRMATION,
    )
    counted = select(func.count()).where(
        consent.purpose_id.in_(_list_earlier_ids(purpose)), consent.subscriber_id.in_(asked)
    )
    return db.session.scalar(counted) or 0


def count_people_with(purpose_id: int, kind: EventKind) -> int:
    """Return how many people were asked about a purpose, or renewed their consent for it."""
    counted = select(func.count(ConsentEvent.subscriber_id.distinct())).where(
        ConsentEvent.purpose_id == purpose_id, ConsentEvent.kind == kind, IS_OF_RECONFIRMATION
    )
    return db.session.scalar(counted) or 0


def count_queued_reconfirmation_mails() -> int:
    """Return how many reconfirmation emails are in the outbox."""
    counted = select(func.count()).where(
        OutboxEmail.kind == EmailKind.RECONFIRMATION,
        OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING]),
    )
    return db.session.scalar(counted) or 0


def _list_earlier_ids(purpose: Purpose) -> list[int]:
    return [each.id for each in list_earlier_purposes(purpose)]


def _people_of_earlier_purposes(purpose: Purpose) -> Select[Subscriber]:
    earlier = _list_earlier_ids(purpose)
    mailing_list = find_list_of_purpose(purpose.id)
    if mailing_list is None:
        return (
            select(Subscriber)
            .join(Agreement, Agreement.subscriber_id == Subscriber.id)
            .where(Agreement.purpose_id.in_(earlier))
        )
    return (
        select(Subscriber)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(
            Subscription.mailing_list_id == mailing_list.id, Subscription.purpose_id.in_(earlier)
        )
    )


def _was_asked(purpose_id: int) -> ColumnElement[bool]:
    return exists().where(
        ConsentEvent.subscriber_id == Subscriber.id,
        ConsentEvent.purpose_id == purpose_id,
        ConsentEvent.kind == EventKind.RECONFIRMATION_REQUESTED,
    )
