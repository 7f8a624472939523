"""Each public action needs a fixed number of database statements, since each statement is a wait.

Sign-ups for 2 of 3 lists are counted. PostgreSQL gets the rows of a sign-up as one statement; here
its parts count. The first visitor after a change of the site needs more: the process reads it anew.
"""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters import clock, create_app
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_by_address
from supporters.people.addresses import address_mac
from supporters.signup.rejection import reject_signup
from tests.factories.confirmations import link, make_three_lists
from tests.factories.consent.proofs import without_tokens
from tests.factories.lists import make_list
from tests.factories.signups import (
    ADDRESS,
    confirm_token,
    make_subscriber,
    not_me_token,
    request_to_join,
)
from tests.machinery.statements import statements
from tests.web.public.pages import box_values, hidden_values, ticked_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

PAGE = "/fr/join/national"
LOOK_AT_FORM, SEND_FORM, SEND_FIRST_FORM = 1, 7, 60
LOOK_AT_CONFIRMATION, CONFIRM, LOOK_AT_CONFIRMED = 1, 9, 1
LEAVE, LEAVE_AGAIN = 9, 2
LOOK_AT_REASON = 4


def count(act: Callable[[], TestResponse], status: int = 200) -> int:
    """Return the number of statements of a request whose answer has this status."""
    with statements() as said:
        answer = act()
    assert answer.status_code == status, answer.text
    return len(said)


def fill_in(html: str, address: str = ADDRESS) -> dict[str, str]:
    """Return the fields of the signup page with two lists ticked."""
    first_two = dict([*box_values(html).items()][:2])
    return {**hidden_values(html), **first_two, "is_15": "y", "email": address}


def test_form_is_read_in_few_statements(client: FlaskClient) -> None:
    make_three_lists()
    client.get(PAGE)
    assert count(lambda: client.get(PAGE)) <= LOOK_AT_FORM


def test_more_lists_on_a_page_take_no_more_statements(client: FlaskClient) -> None:
    make_three_lists()
    client.get(PAGE)
    few = count(lambda: client.get(PAGE))
    for number in range(5):
        make_list(f"list-{number}", f"List {number}")
    assert "List 4" in client.get(PAGE).text
    assert count(lambda: client.get(PAGE)) == few


def test_signup_keeps_within_its_budget(client: FlaskClient) -> None:
    make_three_lists()
    fields = fill_in(client.get(PAGE).text)
    assert count(lambda: client.post(PAGE, data=fields), 303) <= SEND_FIRST_FORM
    fields["email"] = "second@example.org"
    assert count(lambda: client.post(PAGE, data=fields), 303) <= SEND_FORM


def test_the_limits_of_signups_take_no_statement_of_their_own(
    app: Flask, settings: Settings
) -> None:
    make_three_lists()
    db.session.remove()
    limited = create_app(dataclasses.replace(settings, signup_rate=30))
    with limited.app_context():
        client = limited.test_client()
        fields = fill_in(client.get(PAGE).text)
        with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False):
            client.post(PAGE, data=fields)
            fields["email"] = "second@example.org"
            with statements() as said:
                assert client.post(PAGE, data=fields).status_code == 303
    assert [each for each in said if "request_count" in each] == []


def confirm_as_first(client: FlaskClient, address: str, page: str = PAGE) -> None:
    """Sign up and confirm as the first: the process then keeps what all visitors share."""
    client.post(page, data=fill_in(client.get(page).text, address))
    path = link(to=address)
    html = client.get(path).text
    client.post(path, data={**hidden_values(html), **ticked_values(html)})
    client.get(path)


def test_confirmation_keeps_within_its_budget(client: FlaskClient) -> None:
    make_three_lists()
    confirm_as_first(client, "first@example.org")
    client.post(PAGE, data=fill_in(client.get(PAGE).text))
    path = link()
    html = client.get(path).text
    assert count(lambda: client.get(path)) <= LOOK_AT_CONFIRMATION
    fields = {**hidden_values(html), **ticked_values(html)}
    assert count(lambda: client.post(path, data=fields)) <= CONFIRM
    assert count(lambda: client.get(path)) <= LOOK_AT_CONFIRMED


@pytest.mark.both_databases
@pytest.mark.parametrize("number", [1, 5])
def test_more_boxes_to_confirm_take_no_more_statements(client: FlaskClient, number: int) -> None:
    lists = [make_list(f"list-{each}", f"List {each}") for each in range(number)]
    confirm_as_first(client, "first@example.org", "/fr/join/list-0")
    path = f"/fr/confirm/{confirm_token(request_to_join(ADDRESS, *lists))}"
    html = client.get(path).text
    fields = {**hidden_values(html), **ticked_values(html)}
    assert count(lambda: client.post(path, data=fields)) <= CONFIRM


def test_unsubscribing_keeps_within_its_budget(client: FlaskClient) -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    client.post(leave_path("first@example.org", national, lyon))
    path = leave_path(ADDRESS, national, lyon)
    assert count(lambda: client.post(path)) <= LEAVE
    assert count(lambda: client.post(path)) <= LEAVE_AGAIN


def test_an_unknown_person_takes_the_statements_of_a_repetition(client: FlaskClient) -> None:
    national = make_list()
    path = leave_path(ADDRESS, national)
    client.post(path)
    unknown = "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [404, national.id, 1])
    answers, said = [], []
    for each in (path, unknown):
        with statements() as of_one:
            answers.append(client.post(each))
        said.append(of_one)
    assert said[0] == said[1]
    assert without_tokens(answers[0].text) == without_tokens(answers[1].text)


def test_the_reason_of_an_email_is_read_in_few_statements(client: FlaskClient) -> None:
    national = make_list()
    first, second = (make_subscriber(f"p{number}@example.org", national) for number in (1, 2))
    seal()
    paths = [
        "/fr/why/" + current_tokens().sign(TokenPurpose.WHY, [each.id, national.id, 1])
        for each in (first, second)
    ]
    client.get(paths[0])
    assert count(lambda: client.get(paths[1])) <= LOOK_AT_REASON


def leave_path(address: str, *lists: MailingList) -> str:
    """Return the link with which a new person unsubscribes from the first of their lists."""
    ids: list[str | int] = [make_subscriber(address, *lists).id, lists[0].id, 1]
    return "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, ids)


def test_each_address_takes_the_same_statements(client: FlaskClient) -> None:
    [national, *others] = make_three_lists().values()
    request_to_join("pending@example.org", national, others[0])
    make_subscriber("confirmed@example.org", national, others[0])
    make_subscriber("elsewhere@example.org", others[1])
    reject_signup(not_me_token(request_to_join("refused@example.org", national)))
    object_by_address(address_mac("objected@example.org"))
    client.post(PAGE, data=fill_in(client.get(PAGE).text, "first@example.org"))
    fields = fill_in(client.get(PAGE).text)
    said = []
    for who in ("new", "pending", "confirmed", "elsewhere", "refused", "objected"):
        with statements() as of_one:
            answer = client.post(PAGE, data={**fields, "email": f"{who}@example.org"})
        assert answer.status_code == 303
        said.append(of_one)
    assert all(each == said[0] for each in said)
