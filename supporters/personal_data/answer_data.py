"""The answers of a person to the questions of lists."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from supporters.database import db
from supporters.lists.list_words import list_name_of
from supporters.lists.queries import get_list
from supporters.personal_data.data_subjects import DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_columns
from supporters.questions.labels import answer_in_words, words_of
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import find_question, list_answers_of
from supporters.signup.models import SignupRequest


def export_list_answers(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the answers of a person, with the words of the questions."""
    return [
        {
            **_describe(each.question.id, each.question.list_id, each.value),
            "answered_at": each.answered_at,
            "expires_at": each.expires_at,
        }
        for each in list_answers_of(subject.id)
    ]


def export_signup_answers(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the answers in the signup requests of an address of the last 72 hours."""
    rows = db.session.scalars(
        select(SignupAnswer)
        .join(SignupRequest, SignupRequest.id == SignupAnswer.signup_request_id)
        .where(SignupRequest.address_mac == subject.address_mac)
        .order_by(SignupAnswer.signup_request_id, SignupAnswer.question_id)
    )
    return [
        {
            **_describe(each.question_id, each.mailing_list_id, each.value),
            **export_columns(each, "days", "signup_request_id"),
        }
        for each in rows
    ]


def _describe(question_id: int, list_id: int, value: str) -> ExportedRow:
    question = find_question(question_id, list_id)
    return {
        "list": list_name_of(get_list(list_id)),
        "question": words_of(question).label if question else None,
        "answer": answer_in_words(question, value) if question else value,
        "value": value,
        "question_id": question_id,
        "mailing_list_id": list_id,
    }


def erase_list_answers(subject: DataSubject) -> None:
    """Delete the answers of a person."""
    db.session.execute(delete(ListAnswer).where(ListAnswer.subscriber_id == subject.id))
