"""Questions say what they ask and why; answers have the form that the question asks for."""

from dataclasses import replace

import pytest

from supporters.questions.forbidden_words import ForbiddenKind
from supporters.questions.rules import (
    LONGEST_DAYS,
    MAX_ANSWER,
    MAX_CHOICE,
    MAX_LABEL,
    MAX_SENTENCE,
    MOST_CHOICES,
    AnswerFault,
    QuestionDraft,
    QuestionFault,
    QuestionKind,
    QuestionWords,
    check_answer,
    list_faults,
)

WORDS = {
    "fr": QuestionWords(label="Vos disponibilités", sentence="Pour organiser l’action politique."),
    "en": QuestionWords(label="When are you free?", sentence="To plan our political actions."),
}
DRAFT = QuestionDraft(kind=QuestionKind.TEXT, words=WORDS, days=365)
CHOICE = QuestionDraft(
    kind=QuestionKind.CHOICE,
    words={
        "fr": replace(WORDS["fr"], choices=("Le matin", "Le soir")),
        "en": replace(WORDS["en"], choices=("Morning", "Evening")),
    },
    days=30,
)


def with_english(draft: QuestionDraft, **changed: object) -> QuestionDraft:
    """Return a question with other English words."""
    return replace(draft, words={**draft.words, "en": replace(draft.words["en"], **changed)})


def test_a_question_with_its_reason_has_no_fault() -> None:
    assert list_faults(DRAFT) == list_faults(CHOICE) == []


@pytest.mark.parametrize(
    ("draft", "part", "fault"),
    [
        (with_english(DRAFT, label=""), "label", QuestionFault.NO_LABEL),
        (with_english(DRAFT, label="x" * (MAX_LABEL + 1)), "label", QuestionFault.LABEL_LONG),
        (with_english(DRAFT, label="Your religion"), "label", QuestionFault.FORBIDDEN),
        (with_english(DRAFT, sentence=""), "sentence", QuestionFault.NO_SENTENCE),
        (
            with_english(DRAFT, sentence="x" * (MAX_SENTENCE + 1)),
            "sentence",
            QuestionFault.SENTENCE_LONG,
        ),
        (with_english(DRAFT, sentence="Tell your faith"), "sentence", QuestionFault.FORBIDDEN),
        (with_english(CHOICE, choices=("Left wing", "Noon")), "choices", QuestionFault.FORBIDDEN),
        (with_english(CHOICE, choices=("One", "one")), "choices", QuestionFault.CHOICE_TWICE),
        (
            with_english(CHOICE, choices=("x" * (MAX_CHOICE + 1), "y")),
            "choices",
            QuestionFault.CHOICE_LONG,
        ),
        (with_english(CHOICE, choices=("One", "Two", "Three")), "choices", None),
        (replace(DRAFT, days=0), "days", QuestionFault.DAYS),
        (replace(DRAFT, days=LONGEST_DAYS + 1), "days", QuestionFault.DAYS),
    ],
)
def test_each_fault_names_its_part(
    draft: QuestionDraft, part: str, fault: QuestionFault | None
) -> None:
    (found,) = list_faults(draft)
    assert (found.part, found.fault) == (part, fault or QuestionFault.OTHER_NUMBER)


def test_a_forbidden_word_is_named_with_its_kind() -> None:
    (found,) = list_faults(with_english(DRAFT, label="Your religion, if any"))
    assert (found.language, found.word, found.kind) == ("en", "religion", ForbiddenKind.RELIGION)


def test_a_language_with_too_few_choices_is_the_faulty_one() -> None:
    found = list_faults(with_english(CHOICE, choices=("One",)))
    assert {(each.language, each.fault) for each in found} == {
        ("en", QuestionFault.FEW_CHOICES),
        ("en", QuestionFault.OTHER_NUMBER),
    }
    many = tuple(str(each) for each in range(MOST_CHOICES + 1))
    assert QuestionFault.MANY_CHOICES in {
        each.fault for each in list_faults(with_english(CHOICE, choices=many))
    }


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (QuestionKind.TEXT, "  le  samedi\n", "le samedi"),
        (QuestionKind.TEXT, "", ""),
        (QuestionKind.TEXT, "x" * (MAX_ANSWER + 1), AnswerFault.LONG),
        (QuestionKind.CHOICE, "2", "2"),
        (QuestionKind.CHOICE, "3", AnswerFault.NO_CHOICE),
        (QuestionKind.CHOICE, "0", AnswerFault.NO_CHOICE),
        (QuestionKind.CHOICE, "01", AnswerFault.NO_CHOICE),
        (QuestionKind.YES_NO, "yes", "yes"),
        (QuestionKind.YES_NO, "1", AnswerFault.NO_CHOICE),
        (QuestionKind.DATE, "2026-11-28", "2026-11-28"),
        (QuestionKind.DATE, "2026-02-30", AnswerFault.NO_DATE),
        (QuestionKind.DATE, "0026-02-03", AnswerFault.NO_DATE),
        (QuestionKind.DATE, "tomorrow", AnswerFault.NO_DATE),
    ],
)
def test_an_answer_is_checked(kind: QuestionKind, typed: str, stored: str | AnswerFault) -> None:
    assert check_answer(kind, 2, typed) == stored
