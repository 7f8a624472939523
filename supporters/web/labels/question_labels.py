"""The words of questions of lists: what is wrong with one, with an answer, or with a territory."""

from flask_babel import lazy_gettext as _

from supporters.questions.forbidden_words import ForbiddenKind
from supporters.questions.list_questions import QuestionError
from supporters.questions.queries import QUESTION_KINDS
from supporters.questions.rules import (
    FEWEST_CHOICES,
    LONGEST_DAYS,
    MAX_ANSWER,
    MAX_CHOICE,
    MAX_LABEL,
    MAX_SENTENCE,
    MOST_CHOICES,
    MOST_QUESTIONS,
    AnswerFault,
    QuestionFault,
    QuestionKind,
)
from supporters.territory.rules import MOST_PLACES, PlaceFault
from supporters.web.labels.word_tables import Names

KINDS: Names[QuestionKind] = QUESTION_KINDS
FORBIDDEN_KINDS: Names[ForbiddenKind] = {
    ForbiddenKind.ORIGIN: _("the origin of people"),
    ForbiddenKind.BIRTHPLACE: _("the place where people were born"),
    ForbiddenKind.NAME: _("the sound or the history of a name"),
    ForbiddenKind.RELIGION: _("religion or beliefs"),
    ForbiddenKind.HEALTH: _("health"),
    ForbiddenKind.OPINION: _("political opinions or votes"),
    ForbiddenKind.UNION: _("membership of a trade union"),
    ForbiddenKind.SEXUALITY: _("sex life or sexual orientation"),
    ForbiddenKind.BODY: _("genes or features of the body"),
    ForbiddenKind.OFFENCE: _("offences or convictions"),
    ForbiddenKind.SECRET: _("numbers or passwords that nobody should send"),
}
QUESTION_FAULTS: Names[QuestionFault] = {
    QuestionFault.NO_LABEL: _("Write the question."),
    QuestionFault.LABEL_LONG: _("Use at most %(max)d characters.", max=MAX_LABEL),
    QuestionFault.NO_SENTENCE: _("Write in a sentence what the answer is for."),
    QuestionFault.SENTENCE_LONG: _("Use at most %(max)d characters.", max=MAX_SENTENCE),
    QuestionFault.FEW_CHOICES: _(
        "Write at least %(min)d choices, each on a line of its own.", min=FEWEST_CHOICES
    ),
    QuestionFault.MANY_CHOICES: _("Write at most %(max)d choices.", max=MOST_CHOICES),
    QuestionFault.CHOICE_LONG: _(
        "A choice is too long. Use at most %(max)d characters on each line.", max=MAX_CHOICE
    ),
    QuestionFault.CHOICE_TWICE: _("A choice is there twice. Delete one of the lines."),
    QuestionFault.OTHER_NUMBER: _(
        "Another language has more choices. Write the same choices in each, in the same order."
    ),
    QuestionFault.FORBIDDEN: _(
        "“%(word)s” asks about this: %(kind)s. A party may not collect it, even if people agree. "
        "Ask for something else."
    ),
    QuestionFault.DAYS: _("Enter a number of days from 1 to %(max)d.", max=LONGEST_DAYS),
}
ANSWER_FAULTS: Names[AnswerFault] = {
    AnswerFault.LONG: _("Use at most %(max)d characters.", max=MAX_ANSWER),
    AnswerFault.NO_CHOICE: _("Choose one of the answers, or leave it empty."),
    AnswerFault.NO_DATE: _(
        "Enter a date with its year, for example 2026-11-28, or leave it empty."
    ),
}
PLACE_FAULTS: Names[PlaceFault] = {
    PlaceFault.UNKNOWN_DEPARTEMENT: _(
        "“%(place)s” is no département. Write its number, as in 69, 2A or 974."
    ),
    PlaceFault.UNKNOWN_POSTCODE: _("“%(place)s” is no postcode of a commune. Check its 5 digits."),
    PlaceFault.UNKNOWN_COMMUNE: _(
        "“%(place)s” is no commune. Check its name, or write its INSEE code."
    ),
    PlaceFault.SEVERAL_COMMUNES: _(
        "Several communes have the name “%(place)s”. Write one of these: %(others)s."
    ),
    PlaceFault.TOO_MANY: _("Write at most %(max)d places here.", max=MOST_PLACES),
}
QUESTION_ERRORS: Names[QuestionError] = {
    QuestionError.UNKNOWN: _("This question doesn’t exist any more."),
    QuestionError.TOO_MANY: _(
        "A list asks at most %(max)d questions. Close one first.", max=MOST_QUESTIONS
    ),
    QuestionError.ANSWERED: _(
        "People have answered this question, so its words stay as they read them. Close it, and "
        "add a new one. You can still change how long new answers are kept."
    ),
}
