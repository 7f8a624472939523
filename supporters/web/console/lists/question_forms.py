"""The form of a question of a list: its words in each language, its kind, and its time."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from supporters.languages import LANGUAGES
from supporters.public_languages import public_languages
from supporters.questions.queries import QUESTION_KINDS, Question
from supporters.questions.rules import (
    LONGEST_DAYS,
    SHORTEST_DAYS,
    FaultAt,
    QuestionDraft,
    QuestionFault,
    QuestionKind,
    QuestionWords,
    list_faults,
)
from supporters.web.forms import Form, SelectChoice
from supporters.web.labels import label
from supporters.web.labels.question_labels import FORBIDDEN_KINDS, QUESTION_FAULTS

WORDS = ("label", "sentence", "choices")
DAYS_MESSAGE = QUESTION_FAULTS[QuestionFault.DAYS]


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
