"""Answers wait with the request, belong to the person once they confirm, and go with the list."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.queries import lock_subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.questions.list_questions import close_question
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import list_answers_of
from supporters.questions.rules import QuestionKind
from supporters.questions.subscriber_answers import (
    correct_answers,
    list_answerable,
    purge_expired_answers,
)
from supporters.signup.confirmation import ConfirmSubmission, confirm_by_link
from supporters.signup.form_counts import purge_expired_requests
from tests.factories.lists import make_list
from tests.factories.questions import (
    VALUES,
    answer_to,
    make_person_with_answers,
    make_question,
    request_with_answers,
    values_of,
)
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def count(table: type[ListAnswer] | type[SignupAnswer]) -> int:
    """Return the number of rows of a table."""
    db.session.rollback()
    return db.session.query(table).count()


@pytest.mark.both_databases
def test_an_answer_waits_until_the_person_confirms() -> None:
    mailing_list = make_list()
    questions = [make_question(mailing_list, kind) for kind in QuestionKind]
    public_id = request_with_answers(mailing_list, *map(answer_to, questions))
    assert (count(SignupAnswer), count(ListAnswer)) == (4, 0)
    confirm_by_link(confirm_token(public_id))
    assert count(SignupAnswer) == 0
    rows = db.session.query(ListAnswer).all()
    assert {each.question_id: each.value for each in rows} == {
        question.id: VALUES[question.kind] for question in questions
    }


def test_an_answer_is_kept_as_long_as_the_page_said() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list, days=30)
    with time_machine.travel(clock.now(), tick=False):
        person = make_person_with_answers(mailing_list, answer_to(question))
        (answer,) = list_answers_of(person.id)
        assert answer.expires_at == clock.now() + timedelta(days=30)


def test_an_unconfirmed_answer_is_deleted_with_its_request() -> None:
    mailing_list = make_list()
    request_with_answers(mailing_list, answer_to(make_question(mailing_list)))
    purge_expired_requests(clock.now() + timedelta(hours=73))
    assert (count(SignupAnswer), count(ListAnswer)) == (0, 0)


def test_a_signup_for_another_list_changes_no_answer_of_this_one() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    person = make_person_with_answers(mailing_list, answer_to(question, "1"))
    make_person_with_answers(make_list("paris", "Paris"), answer_to(question, "2"))
    assert values_of(person.id) == {question.id: "1"}


def test_an_answer_to_a_list_that_was_unticked_is_not_kept() -> None:
    mailing_list, other = make_list(), make_list("paris", "Paris")
    make_person_with_answers(other)
    public_id = request_with_answers(mailing_list, answer_to(make_question(mailing_list)))
    confirm_by_link(
        confirm_token(public_id), ConfirmSubmission(shown=frozenset(), ticked=frozenset())
    )
    assert count(ListAnswer) == 0


@pytest.mark.both_databases
def test_the_newest_of_two_open_requests_counts() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    first = request_with_answers(mailing_list, answer_to(question, "1"))
    request_with_answers(mailing_list, answer_to(question, "2"))
    confirm_by_link(confirm_token(first))  # one email confirms all open requests
    (answer,) = db.session.query(ListAnswer)
    assert answer.value == "2"


@pytest.mark.both_databases
def test_an_answer_goes_with_its_list_and_with_no_other() -> None:
    mailing_list, other = make_list(), make_list("paris", "Paris")
    mine, its = make_question(mailing_list), make_question(other)
    person = make_person_with_answers(mailing_list, answer_to(mine))
    make_person_with_answers(other, answer_to(its))
    unsubscribe_from_list(person.id, mailing_list.id, Method.MY_DATA)
    assert values_of(person.id) == {its.id: "2"}


@pytest.mark.both_databases
def test_the_database_refuses_an_answer_of_somebody_who_is_not_on_the_list() -> None:
    mailing_list, other = make_list(), make_list("paris", "Paris")
    question = make_question(other)
    person = make_subscriber(ADDRESS, mailing_list)
    for list_id in (mailing_list.id, other.id):
        statement = text(
            "INSERT INTO list_answer VALUES (:person, :question, :list, 'x', :now, :now)"
        )
        values = {"person": person.id, "question": question.id, "list": list_id}
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(statement, {**values, "now": clock.now().isoformat(sep=" ")})
    assert count(ListAnswer) == 0


@pytest.mark.both_databases
def test_a_person_corrects_and_deletes_answers() -> None:
    mailing_list = make_list()
    first, second = make_question(mailing_list), make_question(mailing_list, QuestionKind.TEXT)
    person = make_person_with_answers(mailing_list, answer_to(first), answer_to(second))
    before = {each.question.id: each.answered_at for each in list_answers_of(person.id)}
    with transaction():
        lock_subscriber(person.id)
        later = clock.now() + timedelta(days=1)
        correct_answers(person.id, {first.id: "1", second.id: VALUES[second.kind]}, now=later)
    after = {each.question.id: each for each in list_answers_of(person.id)}
    assert after[first.id].value == "1"
    assert after[first.id].answered_at == later
    assert after[second.id].answered_at == before[second.id]
    with transaction():
        correct_answers(person.id, {second.id: ""}, now=clock.now())
    assert values_of(person.id) == {first.id: "1"}


def test_a_correction_takes_no_answer_of_the_wrong_form() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    person = make_subscriber(ADDRESS, mailing_list)
    with pytest.raises(ValueError, match="NO_CHOICE"), transaction():
        correct_answers(person.id, {question.id: "7"}, now=clock.now())
    assert values_of(person.id) == {}


def test_a_closed_question_is_answerable_only_by_whoever_answered_it() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    person = make_person_with_answers(mailing_list, answer_to(question))
    other = make_subscriber("other@example.org", mailing_list)
    close_question(mailing_list.id, question.id)
    assert [each.id for each in list_answerable(person.id)] == [question.id]
    assert list_answerable(other.id) == []


@pytest.mark.both_databases
def test_an_answer_past_its_time_is_deleted_unless_the_person_is_restricted() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list, days=10)
    person = make_person_with_answers(mailing_list, answer_to(question))
    other = make_person_with_answers(mailing_list, answer_to(question), address="o@example.org")
    restrict_person(other.id, Method.MY_DATA)
    assert purge_expired_answers(clock.now() + timedelta(days=9)) == 0
    assert purge_expired_answers(clock.now() + timedelta(days=11)) == 1
    assert (values_of(person.id), len(values_of(other.id))) == ({}, 1)
