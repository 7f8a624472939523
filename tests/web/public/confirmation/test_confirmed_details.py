"""The reader of the mailbox sees the answers of a sign-up, and keeps them or not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.database import db
from supporters.people.models import Subscriber
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from supporters.signup.models import SignupRequest
from tests.factories.lists import make_list
from tests.factories.questions import CANARY, make_question
from tests.factories.signups import confirm_token
from tests.web.public.pages import join, press

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def questions(client: FlaskClient) -> list[Question]:
    """Return a choice and a text of a list, which a visitor has answered on its page."""
    mailing_list = make_list()
    found = [make_question(mailing_list, kind) for kind in (QuestionKind.CHOICE, QuestionKind.TEXT)]
    values = dict(zip((f"question_{each.id}" for each in found), ("2", CANARY), strict=True))
    answer = join(client, "ada@example.org", postcode="69003", keep_postcode="y", **values)
    assert answer.status_code == 303
    return found


def page() -> str:
    """Return the page of the confirmation link."""
    return f"/fr/confirm/{confirm_token(db.session.query(SignupRequest).one().public_id)}"


def stored() -> set[str]:
    db.session.rollback()
    person = db.session.query(Subscriber).one()
    return {each.value for each in db.session.query(ListAnswer)} | {person.postcode or ""}


def test_the_same_browser_sees_and_keeps_everything(
    client: FlaskClient, questions: list[Question]
) -> None:
    html = client.get(page()).text
    assert all(each in html for each in ("Héberger une réunion", CANARY, "69003"))
    press(client, page())
    assert stored() == {"2", CANARY, "69003"}
    assert db.session.query(SignupAnswer).count() == 0


def test_a_text_that_another_browser_typed_is_neither_shown_nor_kept(
    app: Flask, questions: list[Question]
) -> None:
    other = app.test_client()
    html = other.get(page()).text
    assert ("Héberger une réunion" in html, CANARY in html) == (True, False)
    press(other, page())
    assert stored() == {"2", "69003"}


def test_nothing_is_kept_without_the_tick(client: FlaskClient, questions: list[Question]) -> None:
    press(client, page(), details="")
    assert stored() == {""}
    assert db.session.query(SignupAnswer).count() == 0


def test_a_form_cannot_keep_what_was_not_answered(
    client: FlaskClient, questions: list[Question]
) -> None:
    press(client, page(), answers="999999")
    assert stored() == {"69003"}
