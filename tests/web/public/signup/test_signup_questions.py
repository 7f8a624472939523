"""The sign-up page asks the questions of its list; no answer is needed, each is in the proof."""

import pytest
from flask.testing import FlaskClient

from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import read_snapshot
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.questions.list_questions import close_question
from supporters.questions.models import SignupAnswer
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from supporters.signup.models import SignupRequest
from tests.factories.lists import make_list
from tests.factories.questions import CANARY, VALUES, make_question
from tests.factories.signups import confirm_token
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements
from tests.web.public.pages import box_values, hidden_values, inputs_of, join, ticked_values

pytestmark = pytest.mark.usefixtures("app")
PAGE = "/fr/join/national"


@made_once
def asking() -> tuple[MailingList, list[Question]]:
    mailing_list = make_list()
    return mailing_list, [make_question(mailing_list, kind) for kind in QuestionKind]


def name_of(question: Question) -> str:
    """Return the name of its field."""
    return f"question_{question.id}"


def test_a_signup_needs_no_answer(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    assert join(client, "ada@example.org").status_code == 303
    assert db.session.query(SignupAnswer).count() == 0


def test_answers_are_stored_with_the_request_and_the_question_is_in_the_proof(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    _, questions = asking
    fields = {name_of(each): VALUES[each.kind] for each in questions}
    assert join(client, "ada@example.org", **fields).status_code == 303
    stored = {each.question_id: each.value for each in db.session.query(SignupAnswer)}
    assert stored == {each.id: VALUES[each.kind] for each in questions}
    request = db.session.query(SignupRequest).one()
    shown = read_snapshot(db.session.get_one(PageSnapshot, request.page_snapshot_id))
    words = questions[0].words_in("fr")
    assert all(each in shown for each in (words.label, words.sentence, "est conservée 1 an"))
    assert CANARY not in shown


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (QuestionKind.TEXT, "x" * 301),
        (QuestionKind.CHOICE, "9"),
        (QuestionKind.YES_NO, "maybe"),
        (QuestionKind.DATE, "2026-13-01"),
    ],
)
def test_a_bad_answer_is_explained_and_the_rest_is_kept(
    client: FlaskClient, asking: tuple[MailingList, list[Question]], kind: QuestionKind, typed: str
) -> None:
    (question,) = [each for each in asking[1] if each.kind is kind]
    answer = join(client, "ada@example.org", **{name_of(question): typed})
    assert (answer.status_code, f'href="#{name_of(question)}"' in answer.text) == (422, True)
    assert 'value="ada@example.org"' in answer.text
    assert db.session.query(SignupRequest).count() == 0


def test_the_home_page_asks_the_questions_of_its_lists_under_their_names(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    _, questions = asking
    lyon = make_list("lyon", "Lyon")
    other = make_question(lyon, QuestionKind.YES_NO)
    html = client.get("/fr/").text
    assert [each for each in inputs_of(html) if each.startswith("question_")] == [
        name_of(each) for each in questions if each.kind in {QuestionKind.TEXT, QuestionKind.DATE}
    ]
    assert f'name="{name_of(other)}"' in html
    assert "<legend>Lyon</legend>" in html
    boxes = box_values(html)
    answers = {name_of(questions[0]): VALUES[questions[0].kind], name_of(other): "yes"}
    fields = {**hidden_values(html), "is_15": "y", "email": "ada@example.org", **answers}
    assert client.post("/fr/", data=fields | {"consent_1": boxes["consent_1"]}).status_code == 303
    stored = [each.question_id for each in db.session.query(SignupAnswer)]
    assert stored == [questions[0].id]  # an answer for a list without a tick is not stored
    request = db.session.query(SignupRequest).one()
    shown = read_snapshot(db.session.get_one(PageSnapshot, request.page_snapshot_id))
    assert questions[0].words_in("fr").sentence in shown


def test_only_pages_of_the_list_ask_its_open_questions(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    mailing_list, questions = asking
    make_list("paris", "Paris")
    assert not [each for each in inputs_of(client.get("/fr/join/paris").text) if "question" in each]
    close_question(mailing_list.id, questions[0].id)
    assert name_of(questions[0]) not in inputs_of(client.get(PAGE).text)
    assert name_of(questions[3]) in inputs_of(client.get(PAGE).text)


def test_an_answer_to_a_closed_question_of_an_old_page_is_not_stored(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    mailing_list, questions = asking
    client.get(PAGE)
    close_question(mailing_list.id, questions[0].id)
    assert (
        join(client, "ada@example.org", **{name_of(questions[0]): "le samedi"}).status_code == 303
    )
    assert db.session.query(SignupAnswer).count() == 0


def send_and_confirm(client: FlaskClient, address: str, **fields: str) -> list[int]:
    """Sign up and confirm; return the statements of the form, its answer, the link, its press."""
    with statements() as page:
        client.get(PAGE)
    with statements() as signup:
        assert join(client, address, **fields).status_code == 303
    token = confirm_token(newest_request().public_id)
    with statements() as look:
        html = client.get(f"/fr/confirm/{token}").text
    values = {**hidden_values(html), **ticked_values(html)}
    with statements() as confirmed:
        assert client.post(f"/fr/confirm/{token}", data=values).status_code == 200
    return [len(each) for each in (page, signup, look, confirmed)]


def newest_request() -> SignupRequest:
    db.session.rollback()
    return db.session.query(SignupRequest).order_by(SignupRequest.id.desc()).limit(1).one()


def test_questions_cost_statements_only_where_they_are_answered(
    client: FlaskClient, asking: tuple[MailingList, list[Question]]
) -> None:
    fields = {name_of(each): VALUES[each.kind] for each in asking[1]}
    for first in ("a@example.org", "b@example.org"):  # the process keeps what is shared
        send_and_confirm(client, first, **fields)
    without = send_and_confirm(client, "c@example.org")
    answered = send_and_confirm(client, "d@example.org", **fields)
    rows, put, drop = 1, 1, 1
    more = [one - other for one, other in zip(answered, without, strict=True)]
    assert more == [0, rows, 0, put + drop]
