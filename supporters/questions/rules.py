"""Decides what a question may ask, and which answers it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum, auto

from supporters.questions.forbidden_words import ForbiddenKind, find_forbidden

MAX_LABEL = 120
MAX_SENTENCE = 300
MAX_CHOICE = 80
MOST_CHOICES = 20
FEWEST_CHOICES = 2
MAX_ANSWER = 300
MOST_QUESTIONS = 8
SHORTEST_DAYS = 1
LONGEST_DAYS = 1095
FIRST_YEAR, LAST_YEAR = 1900, 2100
YES, NO = "yes", "no"


class QuestionKind(StrEnum):
    """The form of the answer."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes-no"
    DATE = "date"


class QuestionFault(Enum):
    """Why a question can't be asked."""

    NO_LABEL = auto()
    LABEL_LONG = auto()
    NO_SENTENCE = auto()
    SENTENCE_LONG = auto()
    FEW_CHOICES = auto()
    MANY_CHOICES = auto()
    CHOICE_LONG = auto()
    CHOICE_TWICE = auto()
    OTHER_NUMBER = auto()
    FORBIDDEN = auto()
    DAYS = auto()


class AnswerFault(Enum):
    """Why an answer isn't accepted."""

    LONG = auto()
    NO_CHOICE = auto()
    NO_DATE = auto()


@dataclass(frozen=True, kw_only=True)
class QuestionWords:
    """The words of a question in one language: the label, the reason for asking, the choices."""

    label: str
    sentence: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuestionDraft:
    """A question as it was written; `days` is how long an answer is stored."""

    kind: QuestionKind
    words: Mapping[str, QuestionWords]
    days: int


@dataclass(frozen=True, kw_only=True)
class FaultAt:
    """A fault, the part of the form that has it, and for a forbidden word the word and its kind."""

    fault: QuestionFault
    part: str
    language: str = ""
    word: str = ""
    kind: ForbiddenKind | None = None


def list_faults(draft: QuestionDraft) -> list[FaultAt]:
    """Return all faults of a question, in the order of its form."""
    faults = []
    counts = [len(each.choices) for each in draft.words.values()]
    for language, words in draft.words.items():
        faults += [
            *_check_label(words.label, language),
            *_check_sentence(words.sentence, language),
            *(_check_choices(words.choices, language) if draft.kind is QuestionKind.CHOICE else ()),
        ]
        if draft.kind is QuestionKind.CHOICE and len(words.choices) != max(counts):
            faults.append(_at(QuestionFault.OTHER_NUMBER, "choices", language))
    if not SHORTEST_DAYS <= draft.days <= LONGEST_DAYS:
        faults.append(_at(QuestionFault.DAYS, "days"))
    return faults


def _at(fault: QuestionFault, part: str, language: str = "") -> FaultAt:
    return FaultAt(fault=fault, part=part, language=language)


def _check_label(label: str, language: str) -> list[FaultAt]:
    if not label:
        return [_at(QuestionFault.NO_LABEL, "label", language)]
    if len(label) > MAX_LABEL:
        return [_at(QuestionFault.LABEL_LONG, "label", language)]
    return _check_words([label], "label", language)


def _check_sentence(sentence: str, language: str) -> list[FaultAt]:
    """Check the sentence. It may say “political”: it tells what the answer is for."""
    if not sentence:
        return [_at(QuestionFault.NO_SENTENCE, "sentence", language)]
    if len(sentence) > MAX_SENTENCE:
        return [_at(QuestionFault.SENTENCE_LONG, "sentence", language)]
    found = _check_words([sentence], "sentence", language)
    return [each for each in found if each.kind is not ForbiddenKind.OPINION]


def _check_choices(choices: Sequence[str], language: str) -> list[FaultAt]:
    if len(choices) < FEWEST_CHOICES:
        return [_at(QuestionFault.FEW_CHOICES, "choices", language)]
    if len(choices) > MOST_CHOICES:
        return [_at(QuestionFault.MANY_CHOICES, "choices", language)]
    if any(len(each) > MAX_CHOICE for each in choices):
        return [_at(QuestionFault.CHOICE_LONG, "choices", language)]
    if len({each.casefold() for each in choices}) < len(choices):
        return [_at(QuestionFault.CHOICE_TWICE, "choices", language)]
    return _check_words(choices, "choices", language)


def _check_words(texts: Sequence[str], part: str, language: str) -> list[FaultAt]:
    found = [each for each in map(find_forbidden, texts) if each is not None]
    return [
        FaultAt(fault=QuestionFault.FORBIDDEN, part=part, language=language, word=word, kind=kind)
        for word, kind in found[:1]
    ]


def check_answer(kind: QuestionKind, choices: int, typed: str) -> str | AnswerFault:
    """Return a typed answer as it is stored; an empty one is none. `choices` is their number."""
    text = " ".join(typed.split())
    if not text:
        return ""
    if kind is QuestionKind.TEXT:
        return text if len(text) <= MAX_ANSWER else AnswerFault.LONG
    if kind is QuestionKind.DATE:
        return _check_date(text)
    known = (
        {YES, NO} if kind is QuestionKind.YES_NO else {str(each) for each in range(1, choices + 1)}
    )
    return text if text in known else AnswerFault.NO_CHOICE


def _check_date(text: str) -> str | AnswerFault:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return AnswerFault.NO_DATE
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return AnswerFault.NO_DATE
    return found.isoformat()
