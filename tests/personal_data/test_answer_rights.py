"""Answers reach every right of a person: access, portability, correction, restriction, erasure."""

import json

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.database import db
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.my_data.my_data_service import correct_own_answers, write_own_file
from supporters.people.models import Subscriber
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.list_exports import write_file
from supporters.personal_data.restriction import restrict_person
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from tests.factories.campaigns import claim, launch
from tests.factories.exports import export, read_rows
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, OVERVIEW, open_my_data
from tests.factories.questions import (
    CANARY,
    answer_to,
    make_person_with_answers,
    make_question,
    request_with_answers,
    values_of,
)
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import open_person
from tests.web.public.pages import press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

Asked = tuple[Subscriber, Question]


@made_once
def asked() -> Asked:
    """Return a person who answered a question for a text, and the question."""
    mailing_list = make_list()
    question = make_question(mailing_list, QuestionKind.TEXT)
    return make_person_with_answers(mailing_list, answer_to(question)), question


def test_access_tells_the_answer_and_its_end(asked: Asked) -> None:
    person, question = asked
    (told,) = export_everything(data_subject_of(person))["list_answer"]
    assert (told["answer"], told["question_id"]) == (CANARY, question.id)
    assert told["expires_at"] is not None


def test_access_tells_the_answers_of_an_open_request() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, make_list("paris", "Paris"))
    request_with_answers(mailing_list, answer_to(make_question(mailing_list, QuestionKind.TEXT)))
    (told,) = export_everything(data_subject_of(person))["signup_answer"]
    assert told["answer"] == CANARY


def test_portability_hands_out_the_answer_in_the_row_of_its_list(asked: Asked) -> None:
    person, question = asked
    make_subscriber(ADDRESS, make_list("paris", "Paris"))
    own, other = read_rows(write_own_file(person))
    assert (own[question.column], other[question.column]) == (CANARY, "")


def test_an_export_of_the_list_has_a_column_for_each_question(asked: Asked) -> None:
    _, question = asked
    mailing_list = make_list("paris", "Paris")
    choice = make_question(mailing_list)
    make_person_with_answers(mailing_list, answer_to(choice))
    make_subscriber("other@example.org", mailing_list)
    rows = read_rows(b"".join(write_file(export(mailing_list), has_mark=False)))
    assert {row["address"]: row[choice.column] for row in rows} == {
        ADDRESS: "Héberger une réunion",
        "other@example.org": "",
    }
    assert all(question.column not in row for row in rows)


def test_an_answer_that_looks_like_a_formula_is_only_a_text() -> None:
    mailing_list = make_list()
    question = make_question(mailing_list, QuestionKind.TEXT)
    make_person_with_answers(mailing_list, answer_to(question, "=1+1"))
    content = b"".join(write_file(export(mailing_list), has_mark=False)).decode()
    assert "'=1+1" in content


def test_the_evidence_pack_has_the_answer(asked: Asked) -> None:
    person, question = asked
    made = disclose_evidence(person.id, asked_by="dpo@parti.example", reason="A complaint.")
    assert isinstance(made, Disclosure)
    (answer,) = json.loads(json.dumps(gather_evidence(person, now=clock.now())))["answers"]
    assert (answer["answer"], answer["question"]) == (CANARY, question.id)


def test_a_restricted_person_changes_nothing(asked: Asked) -> None:
    person, question = asked
    restrict_person(person.id, Method.MY_DATA)
    assert not correct_own_answers(person.id, {question.id: ""})
    assert values_of(person.id) == {question.id: CANARY}


@pytest.mark.both_databases
def test_an_erasure_that_waits_leaves_no_answer(asked: Asked) -> None:
    person, question = asked
    mailing_list = make_list("paris", "Paris")
    make_subscriber(ADDRESS, mailing_list)
    request_with_answers(make_list("lyon", "Lyon"), answer_to(question))
    assert claim(launch(mailing_list)) is not None
    order = ErasureOrder(reason=ErasureReason.ASKED)
    assert erase_person(person.id, order) is EraseResult.UNDER_WAY
    db.session.expire_all()
    assert db.session.query(ListAnswer).count() == db.session.query(SignupAnswer).count() == 0


def test_the_console_shows_the_answer(owner_client: FlaskClient, asked: Asked) -> None:
    html = owner_client.get(open_person(owner_client, asked[0].id)).text
    assert CANARY in html


def test_my_data_shows_corrects_and_deletes_the_answer(client: FlaskClient, asked: Asked) -> None:
    person, question = asked
    open_my_data(client, ADDRESS)
    assert f"{MY_DATA}/answers" in client.get(OVERVIEW).text
    assert CANARY in client.get(f"{MY_DATA}/everything").text
    place, field = f"{MY_DATA}/answers", f"question_{question.id}"
    page = client.get(place).text
    assert (CANARY in page, question.words_in("fr").sentence in page) == (True, True)
    assert press(client, place, **{field: "x" * 301}).status_code == 422
    assert press(client, place, **{field: "le samedi"}).status_code == 303
    assert values_of(person.id) == {question.id: "le samedi"}
    assert press(client, place, **{field: ""}).status_code == 303
    assert values_of(person.id) == {}


def test_a_person_whose_lists_ask_nothing_sees_no_answers(client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    open_my_data(client, ADDRESS)
    assert f"{MY_DATA}/answers" not in client.get(OVERVIEW).text
    assert client.get(f"{MY_DATA}/answers").status_code == 200
