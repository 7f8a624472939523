"""The answers of a person to the questions of their lists: shown, corrected, deleted."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.lists.queries import get_list
from supporters.my_data.my_data_service import correct_own_answers
from supporters.people.models import Subscriber
from supporters.questions.queries import Question, list_answers_of, words_of
from supporters.questions.subscriber_answers import list_answerable
from supporters.web.forms import Form
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.my_data.my_data_change_pages import RESTRICTED_MESSAGE
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.question_fields import (
    explain,
    make_question_fields,
    question_name,
    read_typed,
)


@public.route(f"/{LANGUAGE}/my-data/answers", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_answers(person: Subscriber) -> ResponseReturnValue:
    """Show the questions of the person's lists with their answers, and take other answers."""
    questions = list_answerable(person.id)
    form = _make_form(person.id, questions)
    if form.validate_on_submit():
        is_done = correct_own_answers(person.id, read_typed(form, questions))
        words = gettext("Your answers are saved.") if is_done else str(RESTRICTED_MESSAGE)
        flash(words, "success" if is_done else "warning")
        return redirect(url_for("public.my_data_overview"), 303)
    return _show(form, questions)


def _show(form: Form, questions: Sequence[Question]) -> ResponseReturnValue:
    return form.render(
        "public/my_data/answers.html",
        groups=_group(questions),
        name_of=question_name,
        words_of=words_of,
        explain=explain,
    )


def _make_form(subscriber_id: int, questions: Sequence[Question]) -> Form:
    answers = {question_name(each.question): each.value for each in list_answers_of(subscriber_id)}
    kind: type[Form] = type("AnswersForm", (Form,), make_question_fields(questions))
    return kind(data=answers)


def _group(questions: Sequence[Question]) -> list[tuple[str, list[Question]]]:
    """Return the names of the lists, each with its questions."""
    lists = dict.fromkeys(each.list_id for each in questions)
    return [
        (get_list(list_id).name, [each for each in questions if each.list_id == list_id])
        for list_id in lists
    ]
