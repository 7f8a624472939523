"""The questions of a list: owners add, change, order, close and delete them."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.lists.models import MailingList
from supporters.questions.list_questions import (
    QuestionError,
    add_question,
    change_question,
    close_question,
    move_question_up,
    open_question,
    remove_question,
)
from supporters.questions.queries import (
    Question,
    count_answers,
    find_question,
    list_questions,
    words_of,
)
from supporters.questions.rules import MOST_QUESTIONS
from supporters.retention.labels import time_of
from supporters.web.console.console_blueprint import (
    LIST,
    console,
    owners_only,
    recent_password_required,
    team_only,
)
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.console.lists.question_forms import QuestionForm, make_question_form
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

QUESTION = f"<int(max={2**31 - 1}):question_id>"
Change = Callable[[int, int], QuestionError | None]


@console.get(f"/lists/{LIST}/questions")
@team_only
def questions(list_id: int) -> str:
    """Show the questions of a list, with the number of answers to each."""
    mailing_list = get_list_or_404(list_id)
    found = list_questions(list_id)
    return render_template(
        "console/lists/questions.html",
        mailing_list=mailing_list,
        asked=[each for each in found if each.is_open],
        closed=[each for each in found if not each.is_open],
        answers=count_answers(list_id),
        most=MOST_QUESTIONS,
        time_of=time_of,
        words_of=words_of,
        form=EmptyForm(),
    )


@console.route(f"/lists/{LIST}/questions/new", methods=["GET", "POST"])
@owners_only
@recent_password_required
def new_question(list_id: int) -> ResponseReturnValue:
    """Add a question to a list."""
    mailing_list, form = get_list_or_404(list_id), make_question_form()
    if form.validate_on_submit():
        match add_question(list_id, form.draft()):
            case int():
                flash(gettext("Added. The sign-up page asks it from now on."), "success")
                return _to_questions(list_id)
            case QuestionError() as error:
                form.form_errors.append(label(error))
            case faults:
                form.show_faults(faults)
    return _show_form(mailing_list, form)


@console.route(f"/lists/{LIST}/questions/{QUESTION}", methods=["GET", "POST"])
@owners_only
@recent_password_required
def edit_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Change a question; of one that has answers, only its time."""
    mailing_list = get_list_or_404(list_id)
    question = find_question(question_id, list_id) or abort(404)
    form = make_question_form(question)
    if form.validate_on_submit():
        match change_question(list_id, question_id, form.draft()):
            case None:
                flash(gettext("Saved. The change counts for new answers."), "success")
                return _to_questions(list_id)
            case QuestionError() as error:
                form.form_errors.append(label(error))
            case faults:
                form.show_faults(faults)
    return _show_form(mailing_list, form, question)


@console.post(f"/lists/{LIST}/questions/{QUESTION}/up")
@owners_only
def move_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Put a question before the one above it."""
    return _change(move_question_up, list_id, question_id, words=gettext("Moved up."))


@console.post(f"/lists/{LIST}/questions/{QUESTION}/close")
@owners_only
def close_list_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a question no more."""
    words = gettext("Closed: nobody is asked any more. The answers stay until their time is over.")
    return _change(close_question, list_id, question_id, words=words)


@console.post(f"/lists/{LIST}/questions/{QUESTION}/open")
@owners_only
def open_list_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a closed question again."""
    return _change(
        open_question, list_id, question_id, words=gettext("The sign-up page asks it again.")
    )


@console.post(f"/lists/{LIST}/questions/{QUESTION}/delete")
@owners_only
def delete_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Delete a question that nobody has answered."""
    return _change(remove_question, list_id, question_id, words=gettext("Deleted."))


def _change(change: Change, list_id: int, question_id: int, *, words: str) -> ResponseReturnValue:
    get_list_or_404(list_id)
    match change(list_id, question_id):
        case None:
            flash(words, "success")
        case QuestionError.UNKNOWN:
            abort(404)
        case error:
            flash(label(error), "warning")
    return _to_questions(list_id)


def _to_questions(list_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.questions", list_id=list_id), 303)


def _show_form(
    mailing_list: MailingList, form: QuestionForm, question: Question | None = None
) -> ResponseReturnValue:
    answered = count_answers(mailing_list.id).get(question.id, 0) if question else 0
    return form.render(
        "console/lists/question_form.html",
        mailing_list=mailing_list,
        question=question,
        answered=answered,
    )
