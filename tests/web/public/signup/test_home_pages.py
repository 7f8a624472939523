"""The home page is the sign-up form of the lists that are offered; the further ones are folded."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.database import db
from supporters.lists.mailing_lists import close_list, offer_elsewhere
from supporters.mail.mail_templates import render_email
from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupChoice, SignupRequest
from tests.factories.confirmations import link, make_three_lists, slugs_of
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, values_in
from tests.machinery.statements import statements
from tests.web.public.pages import box_values, hidden_values, inputs_of, join, press

HOME = "/fr/"
TYPED = {"is_15": "y", "email": ADDRESS}
SEND_FORM = 7

pytestmark = pytest.mark.usefixtures("app")


def fill_in(client: FlaskClient, *numbers: int, **more: str) -> dict[str, str]:
    """Return the fields of the form with some of its boxes ticked."""
    html = client.get(HOME).text
    boxes = [*box_values(html).items()]
    ticked = dict(boxes[number] for number in numbers)
    return {**hidden_values(html), **ticked, **TYPED, **more}


def requests() -> list[SignupRequest]:
    """Return the stored requests."""
    db.session.rollback()
    return [*db.session.scalars(select(SignupRequest))]


def test_the_home_page_has_an_unticked_box_for_each_offered_list(client: FlaskClient) -> None:
    make_three_lists()
    boxes = inputs_of(client.get(HOME).text)
    assert [name for name in boxes if name.startswith("consent_")] == [
        "consent_1",
        "consent_2",
        "consent_3",
    ]
    assert not any("checked" in values for values in boxes.values())


def test_somebody_signs_up_there_for_any_list_and_confirms(client: FlaskClient) -> None:
    make_three_lists()
    answer = client.post(HOME, data=fill_in(client, 1, 2))
    assert answer.location == "/fr/join/lyon/check"
    press(client, link())
    assert slugs_of() == {"lyon", "jeunes"}


def test_the_evidence_names_the_home_page_and_its_snapshot(client: FlaskClient) -> None:
    make_three_lists()
    client.post(HOME, data=fill_in(client, 1))
    [request] = requests()
    assert request.page_url == "http://localhost/fr/"
    assert request.page_snapshot_id is not None
    assert db.session.scalars(select(SignupChoice.mailing_list_id)).all() == [2]


def test_a_form_without_a_list_is_refused_and_keeps_what_was_typed(client: FlaskClient) -> None:
    make_three_lists()
    answer = client.post(HOME, data=fill_in(client, given_name="Camille"))
    assert answer.status_code == 422
    assert 'href="#consent_1"' in answer.text
    assert ADDRESS in answer.text
    assert '<details class="more" open>' in answer.text
    assert requests() == []
    assert db.session.scalars(select(OutboxEmail)).all() == []


def test_a_box_of_another_purpose_alone_is_not_enough(client: FlaskClient) -> None:
    from tests.fast_path.test_site_edition import offer_a_purpose

    offer_a_purpose(make_list())
    html = client.get(HOME).text
    [name] = [each for each in inputs_of(html) if each.startswith("purpose_")]
    fields = fill_in(client) | {name: str(inputs_of(html)[name]["value"])}
    assert client.post(HOME, data=fields).status_code == 422
    assert requests() == []


def test_the_form_keeps_within_the_budget_of_a_signup(client: FlaskClient) -> None:
    make_three_lists()
    client.post(HOME, data=fill_in(client, 0, 1))
    fields = fill_in(client, 0, 1, email="second@example.org")
    with statements() as said:
        assert client.post(HOME, data=fields).status_code == 303
    assert len(said) <= SEND_FORM
    with statements() as said:
        client.get(HOME)
    assert len(said) == 1


def test_a_browser_is_never_told_to_keep_a_form(client: FlaskClient) -> None:
    make_list()
    for _ in range(2):
        answer = client.get(HOME)
        assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def fold_of(html: str) -> str:
    """Return the fold of the further boxes, with its opening tag."""
    _, begin, rest = html.partition("<fieldset")[2].partition("<details")
    return begin + rest.partition("</details>")[0]


@pytest.mark.parametrize(("lists", "folded"), [(4, 0), (5, 2), (8, 5), (33, 30)])
def test_many_lists_are_one_form_that_folds_the_further_ones(
    client: FlaskClient, lists: int, folded: int
) -> None:
    for number in range(lists):
        make_list(f"list-{number}", f"List {number}")
    html = client.get(HOME).text
    assert len(box_values(html)) == lists
    assert len(box_values(fold_of(html))) == folded
    assert (f"Voir les {folded} autres listes" in fold_of(html)) == bool(folded)
    assert " open" not in fold_of(html).partition(">")[0]


def test_a_ticked_box_in_the_fold_is_seen_after_an_error(client: FlaskClient) -> None:
    for number in range(8):
        make_list(f"list-{number}", f"List {number}")
    answer = client.post(HOME, data=fill_in(client, 6, email="camille"))
    assert answer.status_code == 422
    assert " open" in fold_of(answer.text).partition(">")[0]
    answer = client.post(HOME, data=fill_in(client, 6))
    assert answer.location == "/fr/join/list-6/check"


def test_a_list_that_is_not_offered_elsewhere_is_a_link_beside_the_form(
    client: FlaskClient,
) -> None:
    make_list()
    local = make_list("lyon", "Lyon")
    offer_elsewhere(local.id, is_offered=False)
    html = client.get(HOME).text
    assert [*box_values(html)] == ["consent_1"]
    assert 'href="/fr/join/lyon"' in html


def test_an_open_form_of_a_closed_list_leads_back_to_the_lists(client: FlaskClient) -> None:
    only = make_list()
    fields = fill_in(client, 0)
    close_list(only.id)
    answer = client.post(HOME, data=fields)
    assert (answer.status_code, answer.location) == (303, HOME)
    assert requests() == []


def test_a_page_that_sends_again_finds_its_way_to_the_waiting_page(client: FlaskClient) -> None:
    make_three_lists()
    assert client.get("/fr/check").location == HOME
    client.post(HOME, data=fill_in(client, 2))
    assert client.get("/fr/check").location == "/fr/join/jeunes/check"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_waiting_page_names_a_subject_that_the_only_email_has(
    app: Flask, client: FlaskClient, language: str
) -> None:
    make_list("a", "Liste A")
    make_list("b", "Liste B")
    other = app.test_client()
    for browser, slug in ((client, "a"), (other, "b")):
        sent = join(browser, ADDRESS, f"/{language}/join/{slug}")
        assert sent.status_code == 303, sent.text
    (email,) = db.session.scalars(select(OutboxEmail).where(OutboxEmail.encrypted.is_not(None)))
    _, content = render_email(email, ADDRESS, values_in(email), theme=None)
    for browser in (client, other):
        html = browser.get(f"/{language}/check", follow_redirects=True).text
        named = re.search(r"<dd>\s*\(([^)]*)\)([^<]*?) …\s*</dd>", html)
        assert named is not None
        assert " ".join(named[2].split()) in " ".join(content.subject.split())
