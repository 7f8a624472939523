"""A possible person always gets an honest answer: with a filled decoy, or without cookies."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupRequest
from supporters.tokens import TokenPurpose
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.prepared_states import always_made_once
from tests.web.public.pages import box_values, hidden_values, inputs_of, join

PAGE = "/fr/join/national"
KNOWN_BY_FILLERS = {"website", "url", "homepage", "company", "organization", "phone", "address"}


@always_made_once
def a_list(app: Flask) -> None:
    """Create a list."""
    make_list()


def decoy(client: FlaskClient) -> dict[str, str | None]:
    """Return the attributes of the hidden field."""
    html = client.get(PAGE).text
    (found,) = [
        each
        for each in inputs_of(html).values()
        if each.get("tabindex") == "-1" and each.get("type") == "text"
    ]
    return found


def count(table: type[OutboxEmail | SignupRequest]) -> int:
    """Return the number of rows."""
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def test_programs_that_fill_in_forms_are_told_to_leave_the_decoy_alone(client: FlaskClient) -> None:
    found = decoy(client)
    assert str(found["name"]) not in KNOWN_BY_FILLERS
    assert {"data-1p-ignore", "data-lpignore", "data-bwignore"} <= {*found}
    assert found["autocomplete"] == "off"


@pytest.mark.parametrize("email", [ANNA, BORIS])
def test_a_filled_decoy_leads_to_one_more_step(client: FlaskClient, email: str) -> None:
    make_subscriber(ANNA, make_list("lyon", "Lyon"))
    name, emails = str(decoy(client)["name"]), count(OutboxEmail)
    answer = join(client, email, **{name: "http://example.org"})
    assert (answer.status_code, count(OutboxEmail)) == (422, emails)
    fields = inputs_of(answer.text)
    assert fields["email"]["value"] == email
    assert name not in fields
    assert "checked" not in fields["is_person"]
    ticked = {**hidden_values(answer.text), **box_values(answer.text), "email": email}
    without = client.post(PAGE, data={**ticked, "is_15": "y"})
    assert without.status_code == 422
    taken = client.post(PAGE, data={**ticked, "is_15": "y", "is_person": "y"})
    assert (taken.status_code, count(OutboxEmail)) == (303, emails + 1)


def test_a_script_that_fills_it_again_gets_nowhere(client: FlaskClient) -> None:
    name = str(decoy(client)["name"])
    for _ in range(2):
        answer = join(client, BORIS, **{name: "http://example.org", "is_person": "y"})
        assert answer.status_code == 422
    assert count(SignupRequest) == 0


@pytest.fixture
def cookieless(app: Flask) -> FlaskClient:
    """Return a browser that refuses cookies."""
    return app.test_client(use_cookies=False)


def test_joining_without_cookies_explains_and_keeps_the_typed_values(
    cookieless: FlaskClient,
) -> None:
    answer = join(cookieless, ANNA, given_name="Anna")
    assert answer.status_code == 400
    assert "cookie" in answer.text
    fields = inputs_of(answer.text)
    assert (fields["email"]["value"], fields["given_name"]["value"]) == (ANNA, "Anna")
    assert "CSRF" not in answer.text
    assert count(SignupRequest) == 0


def test_once_cookies_are_allowed_the_kept_form_goes_through(
    cookieless: FlaskClient, client: FlaskClient
) -> None:
    refused = join(cookieless, ANNA)
    opened = client.get(PAGE).text
    kept = {**hidden_values(refused.text), **box_values(refused.text)}
    fields = {**kept, "csrf_token": hidden_values(opened)["csrf_token"], "is_15": "y"}
    assert client.post(PAGE, data={**fields, "email": ANNA}).status_code == 303


@pytest.mark.parametrize("what", ["leave", "never"])
def test_unsubscribing_from_the_why_page_needs_no_cookie(
    cookieless: FlaskClient, what: str
) -> None:
    anna = make_subscriber(ANNA, make_list("lyon", "Lyon"))
    token = current_tokens().sign(TokenPurpose.WHY, [str(anna.id), 1, 1])
    answer = cookieless.post(f"/fr/why/{token}/{what}", data={"leave": "all"})
    assert answer.status_code == 200
    assert list_subscriptions_of(subscriber_at(ANNA).id) == []
