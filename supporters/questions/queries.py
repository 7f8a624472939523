"""Reads of questions and answers, and their words in the language of the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import LazyString, get_locale, gettext, lazy_gettext as _
from sqlalchemy import Select, func, select, union_all

from supporters.database import db
from supporters.languages import DEFAULT_LANGUAGE
from supporters.public_languages import choose_text_language, default_public_language
from supporters.questions.models import ListAnswer, ListQuestion, QuestionText, SignupAnswer
from supporters.questions.rules import YES, QuestionKind, QuestionWords
from supporters.text.local_dates import format_date

QUESTION_KINDS: dict[QuestionKind, LazyString] = {
    QuestionKind.TEXT: _("A short text"),
    QuestionKind.CHOICE: _("One of several choices"),
    QuestionKind.YES_NO: _("Yes or no"),
    QuestionKind.DATE: _("A date"),
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a list with its words in each language."""

    id: int
    list_id: int
    kind: QuestionKind
    days: int
    is_open: bool
    words: Mapping[str, QuestionWords]

    def words_in(self, language: str) -> QuestionWords:
        """Return the words in a language, or in the first offered one that has some."""
        return self.words[choose_text_language(language, self.words) or ""]

    @property
    def column(self) -> str:
        """Return the head of its column in a file. Its number keeps it apart from any other."""
        return f"{self.words_in(default_public_language()).label} ({self.id})"

    def write_cell(self, stored: str) -> str:
        """Return a stored answer as a cell of a file: only a choice is more than its value."""
        if self.kind is not QuestionKind.CHOICE or not stored:
            return stored
        choices = self.words_in(default_public_language()).choices
        return choices[int(stored) - 1] if int(stored) <= len(choices) else stored


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """An answer of a subscriber to a question."""

    question: Question
    value: str
    answered_at: datetime
    expires_at: datetime


def list_questions(list_id: int) -> list[Question]:
    """Return the questions of a list, in their order; the closed ones last."""
    found = db.session.scalars(
        select(ListQuestion)
        .where(ListQuestion.mailing_list_id == list_id)
        .order_by(ListQuestion.closed_at.is_not(None), ListQuestion.position, ListQuestion.id)
    ).all()
    return _with_words(found)


def list_open_questions(list_id: int) -> list[Question]:
    """Return the questions that the sign-up page of a list asks, in their order."""
    return [each for each in list_questions(list_id) if each.is_open]


def find_question(question_id: int, list_id: int) -> Question | None:
    """Return a question of a list."""
    found = db.session.get(ListQuestion, question_id)
    if found is None or found.mailing_list_id != list_id:
        return None
    return _with_words([found])[0]


def list_answers_of(subscriber_id: int) -> list[GivenAnswer]:
    """Return the answers of a person, in the order of lists and questions."""
    rows = db.session.execute(
        select(ListAnswer, ListQuestion)
        .join(ListQuestion, ListQuestion.id == ListAnswer.question_id)
        .where(ListAnswer.subscriber_id == subscriber_id)
        .order_by(ListQuestion.mailing_list_id, ListQuestion.position, ListQuestion.id)
    ).all()
    questions = {each.id: each for each in _with_words([question for _, question in rows])}
    return [
        GivenAnswer(
            question=questions[answer.question_id],
            value=answer.value,
            answered_at=answer.answered_at,
            expires_at=answer.expires_at,
        )
        for answer, _ in rows
    ]


def select_values(list_id: int, *, first: int, last: int) -> Select[int, int, str]:
    """Return the read of the answers of some subscribers of a list: person, question, answer."""
    return select(ListAnswer.subscriber_id, ListAnswer.question_id, ListAnswer.value).where(
        ListAnswer.mailing_list_id == list_id, ListAnswer.subscriber_id.between(first, last)
    )


def count_answers(list_id: int) -> Mapping[int, int]:
    """Return how many answers each question of a list has, those that wait included."""
    both = union_all(
        select(ListAnswer.question_id).where(ListAnswer.mailing_list_id == list_id),
        select(SignupAnswer.question_id).where(SignupAnswer.mailing_list_id == list_id),
    ).subquery()
    rows = db.session.execute(select(both.c.question_id, func.count()).group_by(both.c.question_id))
    return dict(rows.all())


def _with_words(found: Sequence[ListQuestion]) -> list[Question]:
    texts: dict[int, dict[str, QuestionWords]] = {each.id: {} for each in found}
    rows = db.session.scalars(select(QuestionText).where(QuestionText.question_id.in_(texts)))
    for row in rows if texts else ():
        texts[row.question_id][row.language] = QuestionWords(
            label=row.label, sentence=row.sentence, choices=tuple(row.choices.splitlines())
        )
    return [
        Question(
            id=each.id,
            list_id=each.mailing_list_id,
            kind=each.kind,
            days=each.days,
            is_open=each.is_open,
            words=texts[each.id],
        )
        for each in found
    ]


def words_of(question: Question) -> QuestionWords:
    """Return the words of a question."""
    return question.words_in(str(get_locale() or DEFAULT_LANGUAGE))


def answer_in_words(question: Question, stored: str) -> str:
    """Return a stored answer as it is read: the text of a choice, yes or no, a date in words."""
    match question.kind:
        case QuestionKind.YES_NO:
            return str(gettext("Yes") if stored == YES else gettext("No"))
        case QuestionKind.DATE:
            return format_date(date.fromisoformat(stored))
        case QuestionKind.CHOICE:
            choices = words_of(question).choices
            return choices[int(stored) - 1] if int(stored) <= len(choices) else stored
        case QuestionKind.TEXT:
            return stored
