"""The questions of a list: owners add, change, order, close and delete them."""

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from supporters.languages import LANGUAGES
from supporters.lists.models import MailingList
from supporters.public_languages import public_languages
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
    QUESTION_KINDS,
    Question,
    count_answers,
    find_question,
    list_questions,
    words_of,
)
from supporters.questions.rules import (
    LONGEST_DAYS,
    MOST_QUESTIONS,
    SHORTEST_DAYS,
    FaultAt,
    QuestionDraft,
    QuestionFault,
    QuestionKind,
    QuestionWords,
    list_faults,
)
from supporters.retention.labels import time_of
from supporters.web.console.console_blueprint import (
    LIST,
    for_owners,
    for_team,
    recent_password_required,
)
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.forms import EmptyForm, Form, SelectChoice
from supporters.web.labels import label
from supporters.web.labels.question_labels import FORBIDDEN_KINDS, QUESTION_FAULTS

WORDS = ("label", "sentence", "choices")
DAYS_MESSAGE = QUESTION_FAULTS[QuestionFault.DAYS]
QUESTION = f"<int(max={2**31 - 1}):question_id>"
Change = Callable[[int, int], QuestionError | None]


class QuestionForm(Form):
    """A question. The fields for its words in each language and its time are added below.

    It has the offered languages, and those that the question was written in before.
    """

    kind = RadioField(
        choices=[SelectChoice(each.value, words) for each, words in QUESTION_KINDS.items()],
        default=QuestionKind.TEXT.value,
    )
    days: IntegerField

    def __init__(self, written: Collection[str] = (), **values: Any) -> None:
        super().__init__(**values)
        self.languages = {
            code: name
            for code, name in LANGUAGES.items()
            if code in public_languages() or code in written
        }
        for code in LANGUAGES.keys() - self.languages.keys():
            for part in WORDS:
                del self[f"{part}_{code}"]

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Show all faults at once: those of the fields, and those of the words in them."""
        is_right: bool = super().validate(*arguments, **options)
        faults = list_faults(self.draft())
        self.show_faults(faults)
        return is_right and not faults

    def draft(self) -> QuestionDraft:
        """Return the question as it was written."""
        known = self.kind.data in [*QuestionKind]
        kind = QuestionKind(self.kind.data) if known else QuestionKind.TEXT
        return QuestionDraft(
            kind=kind,
            words={code: self._words(code, kind) for code in self._written_languages()},
            days=self.days.data or 0,
        )

    def _written_languages(self) -> list[str]:
        """Return the languages in which something is written; without any, the first one."""
        written = [code for code in self.languages if self.is_written_in(code)]
        return written or [*self.languages][:1]

    def is_written_in(self, code: str) -> bool:
        """Tell whether one of the fields of a language has words."""
        return any((self[f"{part}_{code}"].data or "").strip() for part in WORDS)

    def is_faulty_in(self, code: str) -> bool:
        """Tell whether one of the fields of a language has a fault."""
        return any(self[f"{part}_{code}"].errors for part in WORDS)

    def _words(self, code: str, kind: QuestionKind) -> QuestionWords:
        lines = (self[f"choices_{code}"].data or "").splitlines()
        choices = tuple(" ".join(each.split()) for each in lines if each.strip())
        return QuestionWords(
            label=self[f"label_{code}"].data or "",
            sentence=self[f"sentence_{code}"].data or "",
            choices=choices if kind is QuestionKind.CHOICE else (),
        )

    def show_faults(self, faults: list[FaultAt]) -> None:
        """Show each fault at its field."""
        for each in faults:
            name = f"{each.part}_{each.language}" if each.language else each.part
            field = self[name]
            if not field.errors:
                field.errors = [self._explain(each)]

    def _explain(self, found: FaultAt) -> str:
        """Return the sentence of a fault, with its language if the form has several."""
        sentence = explain_fault(found)
        if not found.language or len(self.languages) == 1:
            return sentence
        name = self.languages[found.language]
        return str(gettext("%(language)s: %(fault)s", language=name, fault=sentence))


def explain_fault(found: FaultAt) -> str:
    """Return the sentence of a fault."""
    if found.kind is None:
        return label(found.fault)
    words = QUESTION_FAULTS[QuestionFault.FORBIDDEN]
    return str(words) % {"word": found.word, "kind": FORBIDDEN_KINDS[found.kind]}


def _form_class() -> type[QuestionForm]:
    words: dict[str, Any] = {}
    for code in LANGUAGES:
        words[f"label_{code}"] = StringField()
        words[f"sentence_{code}"] = TextAreaField()
        words[f"choices_{code}"] = TextAreaField()
    words["days"] = IntegerField(
        default=365,
        validators=[
            InputRequired(DAYS_MESSAGE),
            NumberRange(SHORTEST_DAYS, LONGEST_DAYS, message=DAYS_MESSAGE),
        ],
    )
    return type("QuestionFormWithWords", (QuestionForm,), words)


_QuestionFormWithWords = _form_class()


def make_question_form(question: Question | None = None) -> QuestionForm:
    """Return the form of a new question, or of one that exists."""
    if question is None:
        return _QuestionFormWithWords()
    values: dict[str, object] = {"kind": question.kind.value, "days": question.days}
    for code, words in question.words.items():
        values[f"label_{code}"] = words.label
        values[f"sentence_{code}"] = words.sentence
        values[f"choices_{code}"] = "\n".join(words.choices)
    return _QuestionFormWithWords(question.words, data=values)


@for_team.get(f"/lists/{LIST}/questions")
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


@for_owners.route(f"/lists/{LIST}/questions/new", methods=["GET", "POST"])
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


@for_owners.route(f"/lists/{LIST}/questions/{QUESTION}", methods=["GET", "POST"])
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


@for_owners.post(f"/lists/{LIST}/questions/{QUESTION}/up")
def move_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Put a question before the one above it."""
    return _change(move_question_up, list_id, question_id, words=gettext("Moved up."))


@for_owners.post(f"/lists/{LIST}/questions/{QUESTION}/close")
def close_list_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a question no more."""
    words = gettext("Closed: nobody is asked any more. The answers stay until their time is over.")
    return _change(close_question, list_id, question_id, words=words)


@for_owners.post(f"/lists/{LIST}/questions/{QUESTION}/open")
def open_list_question(list_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a closed question again."""
    return _change(
        open_question, list_id, question_id, words=gettext("The sign-up page asks it again.")
    )


@for_owners.post(f"/lists/{LIST}/questions/{QUESTION}/delete")
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
