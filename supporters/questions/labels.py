"""The words of questions and answers, in the language of the request."""

from datetime import date

from flask_babel import LazyString, get_locale, gettext, lazy_gettext as _

from supporters.languages import DEFAULT_LANGUAGE
from supporters.questions.queries import Question
from supporters.questions.rules import YES, QuestionKind, QuestionWords
from supporters.text.local_dates import format_date

QUESTION_KINDS: dict[QuestionKind, LazyString] = {
    QuestionKind.TEXT: _("A short text"),
    QuestionKind.CHOICE: _("One of several choices"),
    QuestionKind.YES_NO: _("Yes or no"),
    QuestionKind.DATE: _("A date"),
}


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
