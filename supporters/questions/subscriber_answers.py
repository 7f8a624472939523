"""The answers of subscribers: their statements for a confirmation, their correction, their end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql

from supporters.database import db, delete_where, in_transaction, use_case
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import Question, list_answers_of, list_questions
from supporters.questions.rules import check_answer

_COLUMNS = (
    *("subscriber_id", "question_id", "mailing_list_id", "value", "answered_at", "expires_at"),
)
_REPLACED = ("value", "answered_at", "expires_at")
_ORDER = postgresql.insert(ListAnswer)  # SQLite has the same ON CONFLICT
_PUT = RowsInsert(
    _ORDER.on_conflict_do_update(
        index_elements=["subscriber_id", "question_id"],
        set_={name: _ORDER.excluded[name] for name in _REPLACED},
    ),
    _COLUMNS,
)

_DROP_WAITING = Statement(
    delete(SignupAnswer).where(SignupAnswer.signup_request_id == bindparam("answered_request"))
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as a page took it: `days` is how long the page said that it is stored."""

    question_id: int
    list_id: int
    value: str
    days: int


def put_answer_rows(subscriber_id: int, answers: Iterable[Answer], *, now: datetime) -> Call:
    """Return the call that stores answers of a subscriber, or replaces them."""
    return _PUT(
        [
            {
                "subscriber_id": subscriber_id,
                "question_id": each.question_id,
                "mailing_list_id": each.list_id,
                "value": each.value,
                "answered_at": now,
                "expires_at": now + timedelta(days=each.days),
            }
            for each in answers
        ]
    )


def drop_waiting_rows(request_id: int) -> Call:
    """Return the call that deletes the answers of a request, once the person has them."""
    return _DROP_WAITING(answered_request=request_id)


def list_answerable(subscriber_id: int) -> list[Question]:
    """Return the questions that a person can answer or has answered: those of their lists."""
    answered = {each.question.id for each in list_answers_of(subscriber_id)}
    lists = db.session.scalars(
        select(Subscription.mailing_list_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.mailing_list_id)
    ).all()
    return [
        question
        for list_id in lists
        for question in list_questions(list_id)
        if question.is_open or question.id in answered
    ]


@in_transaction
def correct_answers(subscriber_id: int, typed: Mapping[int, str], *, now: datetime) -> None:
    """Store the answers of a locked person by question; an empty text deletes one.

    An answer that stays the same keeps its time. A question that isn't in `typed` keeps its answer.
    """
    before = {each.question.id: each.value for each in list_answers_of(subscriber_id)}
    for question in list_answerable(subscriber_id):
        if question.id not in typed:
            continue
        value = _check(question, typed[question.id])
        if value == before.get(question.id, ""):
            continue
        db.session.execute(
            delete(ListAnswer).where(
                ListAnswer.subscriber_id == subscriber_id, ListAnswer.question_id == question.id
            )
        )
        if value:
            db.session.add(_make(subscriber_id, question, value, now=now))


def _check(question: Question, typed: str) -> str:
    """Return a checked answer. Raises ValueError for one that a form must have refused."""
    choices = max(len(each.choices) for each in question.words.values())
    match check_answer(question.kind, choices, typed):
        case str() as value:
            return value
        case fault:
            raise ValueError(fault)


def _make(subscriber_id: int, question: Question, value: str, *, now: datetime) -> ListAnswer:
    return ListAnswer(
        subscriber_id=subscriber_id,
        question_id=question.id,
        mailing_list_id=question.list_id,
        value=value,
        answered_at=now,
        expires_at=now + timedelta(days=question.days),
    )


@use_case
def purge_expired_answers(now: datetime) -> int:
    """Delete the answers whose time is over; those of restricted people stay (GDPR article 18)."""
    is_restricted = exists().where(
        Subscriber.id == ListAnswer.subscriber_id, Subscriber.restricted_at.is_not(None)
    )
    return delete_where(ListAnswer, ListAnswer.expires_at <= now, ~is_restricted)
