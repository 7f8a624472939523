"""After a confirmation: what happens next, sharing, and the answers of the sign-up."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.database import db
from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.mailing_lists import close_list
from supporters.people.models import Subscriber
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from supporters.signup.models import SignupRequest
from tests.factories.confirmations import link
from tests.factories.lists import make_list
from tests.factories.questions import CANARY, make_question
from tests.factories.signups import ADDRESS, confirm_token, request_to_join
from tests.web.public.pages import hidden_values, join, press, ticked_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
NEXT = "Le prochain e-mail part début décembre."


def confirm(client: FlaskClient) -> str:
    """Confirm a sign-up, and return the page."""
    path = link(to=ADDRESS)
    html = client.get(path).text
    client.post(path, data={**hidden_values(html), **ticked_values(html)})
    return client.get(path).text


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


def test_the_page_says_what_happens_next_before_anything_about_leaving(client: FlaskClient) -> None:
    mailing_list = make_list()
    change_thanks(mailing_list.id, {"fr": ThanksText(next_email=NEXT)})
    request_to_join(ADDRESS, mailing_list)
    page = confirm(client)
    assert page.index(NEXT) < page.index("wa.me") < page.index("/fr/receipt/")
    assert page.index("/fr/receipt/") < page.index("/fr/subscriptions/")


def test_the_proof_of_the_consent_is_folded_below_its_title(client: FlaskClient) -> None:
    request_to_join(ADDRESS, make_list())
    fold = re.search(
        r"<summary>La preuve de votre accord</summary>.*?</details>", confirm(client), re.DOTALL
    )
    assert fold
    assert "/fr/receipt/" in fold[0]


def test_friends_get_the_public_address_and_nothing_of_the_person(client: FlaskClient) -> None:
    request_to_join(ADDRESS, make_list())
    page = confirm(client)
    for way in ("https://wa.me/?text=", "sms:?&amp;body=", "mailto:?subject="):
        start = page.index(way)
        shared = page[start : page.index('"', start)]
        assert re.search(r"(/|%2F)national$", shared)
        assert "ada" not in shared
        assert "/confirm/" not in shared
    assert 'src="/join/national/qr.svg"' in page


def test_the_code_of_a_list_is_a_drawing_for_everybody(client: FlaskClient) -> None:
    mailing_list = make_list()
    answer = client.get("/join/national/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "Set-Cookie" not in answer.headers
    assert answer.cache_control.public
    close_list(mailing_list.id)
    assert client.get("/join/national/qr.svg").status_code == 404
    assert client.get("/join/nowhere/qr.svg").status_code == 404


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
