"""The fields of a form for the questions of lists: all are optional."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext, lazy_gettext as _
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.widgets import DateInput

from supporters.lists.models import ListWords, MailingList, list_words_of
from supporters.questions.queries import Question, words_of
from supporters.questions.rules import (
    NO,
    YES,
    AnswerFault,
    QuestionKind,
    QuestionWords,
    check_answer,
)
from supporters.questions.subscriber_answers import Answer
from supporters.retention.labels import time_of
from supporters.web.forms import Form, SelectChoice
from supporters.web.labels import label

PREFIX = "question_"


class AskedQuestion(NamedTuple):
    """A question of a form: its field, its words, and what stands beside them."""

    field: Field
    kind: QuestionKind
    words: QuestionWords
    explanation: str


class QuestionGroup(NamedTuple):
    """The questions of a list, under its name."""

    list_words: ListWords
    questions: Sequence[AskedQuestion]


def question_name(question: Question) -> str:
    """Return the name of the field of a question."""
    return f"{PREFIX}{question.id}"


def make_question_fields(questions: Sequence[Question]) -> dict[str, Any]:
    """Return an unbound field for each question, by its name."""
    return {question_name(each): _make_field(each) for each in questions}


def group_questions(
    form: Form, questions: Sequence[Question], lists: Iterable[MailingList], *, language: str
) -> list[QuestionGroup]:
    """Return the questions of a form by their lists; no group for a list without one."""
    groups = [
        QuestionGroup(
            list_words_of(mailing_list, language),
            [_ask(form, each) for each in questions if each.list_id == mailing_list.id],
        )
        for mailing_list in lists
    ]
    return [each for each in groups if each.questions]


def read_typed(form: Form, questions: Sequence[Question]) -> Mapping[int, str]:
    """Return the checked answers of a form by question; an empty text is none."""
    return {each.id: _read(form[question_name(each)], each) for each in questions}


def read_answers(form: Form, questions: Sequence[Question]) -> tuple[Answer, ...]:
    """Return the answers of a form that were given."""
    typed = read_typed(form, questions)
    return tuple(
        Answer(question_id=each.id, list_id=each.list_id, value=typed[each.id], days=each.days)
        for each in questions
        if typed[each.id]
    )


def is_answering(form: Form, questions: Sequence[Question]) -> bool:
    """Tell whether a form has an answer or a faulty one, so that its page shows the fields."""
    fields = [form[question_name(each)] for each in questions]
    return any(each.data or each.errors for each in fields)


def list_choices(question: Question) -> list[SelectChoice]:
    """Return the answers that a question offers; none if people write theirs."""
    if question.kind is QuestionKind.YES_NO:
        return [SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No"))]
    numbered = enumerate(words_of(question).choices, 1)
    return [SelectChoice(str(number), text) for number, text in numbered]


def _ask(form: Form, question: Question) -> AskedQuestion:
    field = form[question_name(question)]
    return AskedQuestion(field, question.kind, words_of(question), explain(question))


def explain(question: Question) -> str:
    """Return what stands beside a question: why it is asked, and how long its answer is kept."""
    how_long = gettext("Your answer is kept for %(time)s.", time=time_of(question.days))
    sentences = [words_of(question).sentence, how_long]
    if question.kind is QuestionKind.TEXT:
        sentences.append(gettext("Please write nothing about health, religion or opinions."))
    return " ".join(sentences)


def _make_field(question: Question) -> Any:
    checks = [_checker(question)]
    if question.kind is QuestionKind.TEXT:
        return StringField(validators=checks)
    if question.kind is QuestionKind.DATE:
        return StringField(validators=checks, widget=DateInput())
    choices = [SelectChoice("", _("No answer")), *list_choices(question)]
    return SelectField(choices=choices, validators=checks, validate_choice=False)


def _checker(question: Question) -> Any:
    def check(_form: Form, field: Field) -> None:
        answer = _check(field, question)
        if isinstance(answer, AnswerFault):
            raise ValidationError(label(answer))

    return check


def _check(field: Field, question: Question) -> str | AnswerFault:
    choices = len(words_of(question).choices)
    return check_answer(question.kind, choices, field.data or "")


def _read(field: Field, question: Question) -> str:
    """Return a checked answer. Raises ValueError for a field that was not validated."""
    match _check(field, question):
        case str() as answer:
            return answer
        case fault:
            raise ValueError(fault)
