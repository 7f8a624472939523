"""Owners keep the questions of a list; words that people answered never change."""

import pytest
from flask import Flask

from supporters.fast_path.site_edition import read_edition
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
from supporters.questions.queries import count_answers, list_open_questions, list_questions
from supporters.questions.rules import MOST_QUESTIONS, QuestionFault, QuestionKind
from tests.factories.lists import make_list
from tests.factories.questions import (
    answer_to,
    draft_of,
    make_person_with_answers,
    make_question,
    request_with_answers,
    values_of,
)
from tests.machinery.prepared_states import begins_with


def make_one(_app: Flask) -> MailingList:
    return make_list()


pytestmark = [begins_with(make_one), pytest.mark.usefixtures("app")]


def ids(mailing_list: MailingList) -> list[int]:
    """Return the ids of the open questions in their order."""
    return [each.id for each in list_open_questions(mailing_list.id)]


@pytest.mark.both_databases
def test_a_question_has_its_words_and_changes_the_edition(prepared: MailingList) -> None:
    before = read_edition()
    question = make_question(prepared)
    assert read_edition() != before
    assert list_questions(prepared.id) == [question]
    assert question.words_in("en").choices == ("Hand out leaflets", "Host a meeting")
    assert (question.days, question.is_open) == (365, True)


def test_a_faulty_question_is_not_added(prepared: MailingList) -> None:
    faults = add_question(prepared.id, draft_of(days=0))
    assert [each.fault for each in faults] == [QuestionFault.DAYS]  # type: ignore[union-attr]
    assert list_questions(prepared.id) == []


def test_a_list_asks_few_questions(prepared: MailingList) -> None:
    questions = [make_question(prepared) for _ in range(MOST_QUESTIONS)]
    assert add_question(prepared.id, draft_of()) is QuestionError.TOO_MANY
    close_question(prepared.id, questions[0].id)
    assert isinstance(add_question(prepared.id, draft_of()), int)
    assert open_question(prepared.id, questions[0].id) is QuestionError.TOO_MANY
    assert len(ids(prepared)) == MOST_QUESTIONS


def test_questions_are_moved_up_and_the_first_stays(prepared: MailingList) -> None:
    first, second, third = (make_question(prepared).id for _ in range(3))
    assert move_question_up(prepared.id, third) is None
    assert ids(prepared) == [first, third, second]
    assert move_question_up(prepared.id, first) is None
    assert ids(prepared) == [first, third, second]


def test_a_question_that_nobody_answered_changes_and_goes(prepared: MailingList) -> None:
    question = make_question(prepared)
    assert change_question(prepared.id, question.id, draft_of(QuestionKind.DATE, days=9)) is None
    (changed,) = list_questions(prepared.id)
    assert (changed.kind, changed.days) == (QuestionKind.DATE, 9)
    assert remove_question(prepared.id, question.id) is None
    assert list_questions(prepared.id) == []


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_words_that_were_answered_stay(prepared: MailingList, is_confirmed: bool) -> None:
    question = make_question(prepared)
    make = make_person_with_answers if is_confirmed else request_with_answers
    make(prepared, answer_to(question))
    changed = draft_of(QuestionKind.TEXT)
    assert change_question(prepared.id, question.id, changed) is QuestionError.ANSWERED
    assert remove_question(prepared.id, question.id) is QuestionError.ANSWERED
    assert list_questions(prepared.id) == [question]
    assert count_answers(prepared.id) == {question.id: 1}
    assert change_question(prepared.id, question.id, draft_of(days=9)) is None
    assert list_questions(prepared.id)[0].days == 9


def test_a_closed_question_keeps_its_answers_and_comes_back_as_the_last(
    prepared: MailingList,
) -> None:
    first, second = make_question(prepared), make_question(prepared)
    person = make_person_with_answers(prepared, answer_to(first))
    assert close_question(prepared.id, first.id) is None
    assert close_question(prepared.id, first.id) is None
    assert ids(prepared) == [second.id]
    assert values_of(person.id) == {first.id: "2"}
    assert open_question(prepared.id, first.id) is None
    assert ids(prepared) == [second.id, first.id]


def test_a_question_of_another_list_is_unknown(prepared: MailingList) -> None:
    question = make_question(make_list("paris", "Paris"))
    for change in (close_question, open_question, remove_question, move_question_up):
        assert change(prepared.id, question.id) is QuestionError.UNKNOWN
    assert change_question(prepared.id, question.id, draft_of()) is QuestionError.UNKNOWN
    assert len(list_questions(question.list_id)) == 1
