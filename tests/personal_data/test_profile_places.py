"""Every field of a profile, and every answer, reaches each page and right of a person (ADR 043)."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.database import db
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.my_data.my_data_service import correct_own_answers, write_own_file
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, PROFILE_WORDS, Profile, profile_of
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.list_exports import write_file
from supporters.personal_data.restriction import restrict_person
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from supporters.signup.models import SignupRequest
from supporters.web.public.signup.profile_fields import TYPED_FIELDS
from tests.factories.campaigns import claim, launch
from tests.factories.exports import export, read_rows
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, OVERVIEW, open_my_data
from tests.factories.profiles import FULL_PROFILE, make_person_with_profile, request_with_profile
from tests.factories.questions import (
    CANARY,
    answer_to,
    make_person_with_answers,
    make_question,
    request_with_answers,
    values_of,
)
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import open_person
from tests.web.public.pages import inputs_of, join, press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
IN_ENGLISH = {**vars(FULL_PROFILE), "language": "English"}
ASKED_FOR = {name: value for name, value in vars(FULL_PROFILE).items() if name in TYPED_FIELDS}
BOXES = {each.kept_by.name: "y" for each in TYPED_FIELDS.values() if each.kept_by}
Asked = tuple[Subscriber, Question]


@pytest.fixture
def signed_up(client: FlaskClient) -> FlaskClient:
    """Return a browser that sent the form for an address, with a value in each field."""
    make_list()
    assert join(client, ADDRESS, "/en/join/national", **ASKED_FOR, **BOXES).status_code == 303
    return client


def confirm_page(language: str = "en") -> str:
    """Return the page of the confirmation link of the first request."""
    db.session.rollback()
    first = db.select(SignupRequest.public_id).order_by(SignupRequest.created_at)
    public_id = db.session.scalars(first).first()
    assert public_id is not None
    return f"/{language}/confirm/{confirm_token(public_id)}"


def stored() -> Profile:
    """Return the profile of the person."""
    db.session.rollback()
    return profile_of(db.session.query(Subscriber).one())


@made_once
def asked() -> Asked:
    """Return a person who answered a question for a text, and the question."""
    mailing_list = make_list()
    question = make_question(mailing_list, QuestionKind.TEXT)
    return make_person_with_answers(mailing_list, answer_to(question)), question


def test_every_field_has_its_words_and_its_input() -> None:
    assert [*PROFILE_WORDS] == [*PROFILE_FIELDS]
    assert {*TYPED_FIELDS} == {*PROFILE_FIELDS} - {"language"}


def test_the_console_asks_for_each_field_to_correct_it(owner_client: FlaskClient) -> None:
    person = make_person_with_profile(make_list())
    page = owner_client.get(f"{open_person(owner_client, person.id)}/correct").text
    assert {*PROFILE_FIELDS} - {*inputs_of(page)} == set()


def test_the_overview_of_my_data_shows_each_field(client: FlaskClient) -> None:
    make_person_with_profile(make_list())
    open_my_data(client, ADDRESS)
    html = client.get(OVERVIEW.replace("/fr/", "/en/")).text
    assert [name for name, value in IN_ENGLISH.items() if value not in html] == []


def test_the_privacy_notice_says_what_each_field_is_for(client: FlaskClient) -> None:
    html = client.get("/en/privacy").text
    with force_locale("en"):
        said = {name: f"{words.name}: {words.purpose}" for name, words in PROFILE_WORDS.items()}
    assert [name for name in PROFILE_FIELDS if said[name] not in html] == []


def test_the_form_for_programs_names_each_field(client: FlaskClient) -> None:
    make_list()
    form = client.get("/api/forms/national?language=en").get_json()
    told = {each["field"] for each in form["profile_fields"] if each["words"]}
    assert {*PROFILE_FIELDS} - told == {"language"}  # in its address


def test_a_program_sends_each_field(client: FlaskClient) -> None:
    make_list()
    form = client.get("/api/forms/national?language=en").get_json()
    box = form["boxes"][0]
    sent = {**form["send_back"], box["field"]: box["value"], "is_15": "y", "email": ADDRESS}
    kept = {each["kept_by"]["field"]: "y" for each in form["profile_fields"] if each["kept_by"]}
    assert client.post("/api/forms/national?language=en", json={**sent, **ASKED_FOR, **kept})
    assert profile_of(db.session.query(SignupRequest).one()) == FULL_PROFILE


def test_the_page_behind_the_link_shows_each_value_that_a_press_stores(
    signed_up: FlaskClient,
) -> None:
    html = signed_up.get(confirm_page("fr")).text
    shown = {**ASKED_FOR, "language": "anglais"}  # the page is in another language
    assert [name for name in PROFILE_FIELDS if shown[name] not in html] == []
    press(signed_up, confirm_page(), given_name=inputs_of(html)["given_name"]["value"] or "")
    assert stored() == FULL_PROFILE


def test_a_press_stores_nothing_unseen_of_a_stranger(app: Flask, signed_up: FlaskClient) -> None:
    reader = app.test_client()
    html = reader.get(confirm_page()).text
    press(reader, confirm_page())
    seen = {name: each.seen_elsewhere for name, each in TYPED_FIELDS.items()}
    for name, value in vars(stored()).items():
        show = seen.get(name)
        assert value is None or name == "language" or (show is not None and show(value) in html)


def test_a_press_stores_the_value_of_the_request_that_was_shown(
    app: Flask, signed_up: FlaskClient
) -> None:
    request_with_profile(make_list("paris", "Paris"), Profile(language="en", postcode="75001"))
    html = app.test_client().get(confirm_page()).text
    assert ("75001" in html, "69003" in html) == (True, False)
    boxes = {name: "y" for name in inputs_of(html) if name.startswith("box_")}
    press(app.test_client(), confirm_page(), **boxes)
    assert stored().postcode == "75001"


def test_a_press_forgets_each_value_that_was_not_kept(signed_up: FlaskClient) -> None:
    press(signed_up, confirm_page(), details="")
    db.session.rollback()
    request = profile_of(db.session.query(SignupRequest).one())
    left = {name for row in (stored(), request) for name, value in vars(row).items() if value}
    assert left == {"language"}  # the name in the form is empty


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
