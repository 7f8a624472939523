"""Factories of questions, and of people who answered them."""

from collections.abc import Mapping
from datetime import date

from supporters.consent.queries import find_current_wording
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.questions.list_questions import add_question
from supporters.questions.queries import Question, find_question, list_answers_of
from supporters.questions.rules import QuestionDraft, QuestionKind, QuestionWords
from supporters.questions.subscriber_answers import Answer
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.signup.new_requests import Signup
from supporters.signup.signup_requests import request_signup
from tests.factories.signups import ADDRESS, PAGE, confirm_token

WORDS = {
    "fr": QuestionWords(
        label="Comment pouvez-vous aider ?",
        sentence="Pour vous proposer des actions près de chez vous.",
        choices=("Tracter", "Héberger une réunion"),
    ),
    "en": QuestionWords(
        label="How can you help?",
        sentence="To propose actions near you.",
        choices=("Hand out leaflets", "Host a meeting"),
    ),
}
CANARY = "Kanariquestion"
VALUES = {
    QuestionKind.TEXT: CANARY,
    QuestionKind.CHOICE: "2",
    QuestionKind.YES_NO: "yes",
    QuestionKind.DATE: date(2026, 12, 24).isoformat(),
}


def draft_of(kind: QuestionKind = QuestionKind.CHOICE, *, days: int = 365) -> QuestionDraft:
    """Return a question as an owner writes it. Only a choice has choices."""
    words = {
        language: QuestionWords(
            label=each.label,
            sentence=each.sentence,
            choices=each.choices if kind is QuestionKind.CHOICE else (),
        )
        for language, each in WORDS.items()
    }
    return QuestionDraft(kind=kind, words=words, days=days)


def make_question(
    mailing_list: MailingList, kind: QuestionKind = QuestionKind.CHOICE, *, days: int = 365
) -> Question:
    """Return a new question of a list."""
    question_id = add_question(mailing_list.id, draft_of(kind, days=days))
    assert isinstance(question_id, int)
    question = find_question(question_id, mailing_list.id)
    assert question is not None
    return question


def answer_to(question: Question, value: str = "") -> Answer:
    """Return an answer of the right form to a question."""
    return Answer(
        question_id=question.id,
        list_id=question.list_id,
        value=value or VALUES[question.kind],
        days=question.days,
    )


def request_with_answers(
    mailing_list: MailingList, *answers: Answer, address: str = ADDRESS
) -> str:
    """Ask to join a list with answers; return the public id of the request."""
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    return request_signup(
        Signup(
            address=parse_address(address),
            profile=Profile(language="fr"),
            mailing_list_id=mailing_list.id,
            wording_ids=[wording.id],
            page_url=PAGE,
            answers=answers,
        )
    )


def make_person_with_answers(
    mailing_list: MailingList, *answers: Answer, address: str = ADDRESS
) -> Subscriber:
    """Return a person who signed up with answers and confirmed."""
    token = confirm_token(request_with_answers(mailing_list, *answers, address=address))
    confirmed = confirm_by_link(token)
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def values_of(subscriber_id: int) -> Mapping[int, str]:
    """Return the stored answers of a person, by question."""
    db.session.rollback()
    return {each.question.id: each.value for each in list_answers_of(subscriber_id)}
