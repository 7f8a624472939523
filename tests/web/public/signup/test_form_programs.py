"""The form for programs hands out all that our page shows: questions, and the picture of a form."""

import dataclasses

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.database import db
from supporters.questions.models import SignupAnswer
from supporters.questions.rules import QuestionKind
from supporters.signup_forms.form_changes import FormSurroundings, create_form
from supporters.signup_forms.form_moves import open_form
from supporters.signup_forms.models import SignupForm
from supporters.signup_forms.public_forms import FormPicture
from tests.factories.forms import WORDS, form_draft
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.questions import VALUES, make_question
from tests.factories.signups import ADDRESS

LIST, FORM = "/api/forms/national?language=en", "/api/forms/gare?language=en"


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_question_comes_with_its_words_and_its_answer_is_stored(
    client: FlaskClient, kind: QuestionKind
) -> None:
    question = make_question(make_list(), kind)
    form = client.get(LIST).get_json()
    (asked,) = form["questions"]
    assert (asked["kind"], asked["words"]) == (kind.value, "How can you help?")
    assert asked["explanation"].startswith("To propose actions near you. Your answer is kept for")
    box = form["boxes"][0]
    sent = {**form["send_back"], box["field"]: box["value"], "is_15": "y", "email": ADDRESS}
    sent[asked["field"]] = VALUES[kind]
    assert client.post(LIST, json=sent).status_code == 202
    assert db.session.scalars(select(SignupAnswer.question_id)).all() == [question.id]


def test_a_choice_comes_with_the_values_to_send(client: FlaskClient) -> None:
    make_question(make_list())
    (asked,) = client.get(LIST).get_json()["questions"]
    assert asked["choices"] == [
        {"value": "1", "words": "Hand out leaflets"},
        {"value": "2", "words": "Host a meeting"},
    ]


def test_the_limits_of_a_text_are_said_beside_a_text(client: FlaskClient) -> None:
    make_question(make_list(), QuestionKind.TEXT)
    (asked,) = client.get(LIST).get_json()["questions"]
    assert "nothing about health" in asked["explanation"]


def test_the_picture_of_a_form_has_an_address_and_its_hash(client: FlaskClient) -> None:
    picture = make_picture()
    file = FormPicture(
        file=f"{picture.name}.{picture.format.value}",
        hash=picture.hash,
        width=picture.width,
        height=picture.height,
    )
    words = {"en": dataclasses.replace(WORDS["en"], picture_alt="The station in snow")}
    draft = form_draft((make_list(),), words=words, picture_id=picture.id)
    made = create_form("gare", draft, FormSurroundings(origins=(), picture=file))
    assert isinstance(made, SignupForm)
    open_form(made.id)
    shown = client.get(FORM).get_json()["picture"]
    assert (shown["words"], shown["sha256"]) == ("The station in snow", picture.hash)
    assert client.get(shown["url"].removeprefix("http://localhost")).status_code == 200
