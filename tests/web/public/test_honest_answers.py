"""A possible person always gets an honest answer, at a fixed time, with or without cookies."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupRequest
from supporters.web.public.signup.signup_pages import LEAST_SECONDS
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.web.public.pages import box_values, hidden_values, inputs_of, join

pytestmark = pytest.mark.usefixtures("mailing_list")
PAGE = "/fr/join/national"
KNOWN_BY_FILLERS = {"website", "url", "homepage", "company", "organization", "phone", "address"}


def decoy(client: FlaskClient) -> dict[str, str | None]:
    """Return the attributes of the hidden field."""
    html = client.get(PAGE).text
    (found,) = [
        each
        for each in inputs_of(html).values()
        if each.get("tabindex") == "-1" and each.get("type") == "text"
    ]
    return found


def test_programs_that_fill_in_forms_are_told_to_leave_the_decoy_alone(client: FlaskClient) -> None:
    found = decoy(client)
    assert str(found["name"]) not in KNOWN_BY_FILLERS
    assert {"data-1p-ignore", "data-lpignore", "data-bwignore"} <= {*found}
    assert found["autocomplete"] == "off"


@pytest.mark.parametrize("email", [ANNA, BORIS])
def test_a_filled_decoy_leads_to_one_more_step(client: FlaskClient, email: str) -> None:
    make_subscriber(ANNA, make_list("lyon", "Lyon"))
    name, emails = str(decoy(client)["name"]), count_rows(OutboxEmail)
    answer = join(client, email, **{name: "http://example.org"})
    assert (answer.status_code, count_rows(OutboxEmail)) == (422, emails)
    fields = inputs_of(answer.text)
    assert fields["email"]["value"] == email
    assert name not in fields
    assert "checked" not in fields["is_person"]
    ticked = {**hidden_values(answer.text), **box_values(answer.text), "email": email}
    without = client.post(PAGE, data={**ticked, "is_15": "y"})
    assert without.status_code == 422
    taken = client.post(PAGE, data={**ticked, "is_15": "y", "is_person": "y"})
    assert (taken.status_code, count_rows(OutboxEmail)) == (303, emails + 1)


def test_a_script_that_fills_it_again_gets_nowhere(client: FlaskClient) -> None:
    name = str(decoy(client)["name"])
    for _ in range(2):
        answer = join(client, BORIS, **{name: "http://example.org", "is_person": "y"})
        assert answer.status_code == 422
    assert count_rows(SignupRequest) == 0


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
    assert count_rows(SignupRequest) == 0


def test_once_cookies_are_allowed_the_kept_form_goes_through(
    cookieless: FlaskClient, client: FlaskClient
) -> None:
    refused = join(cookieless, ANNA)
    opened = client.get(PAGE).text
    kept = {**hidden_values(refused.text), **box_values(refused.text)}
    fields = {**kept, "csrf_token": hidden_values(opened)["csrf_token"], "is_15": "y"}
    assert client.post(PAGE, data={**fields, "email": ANNA}).status_code == 303


class TestWithoutCookies:
    """A browser that refuses cookies, and says that our own page sent the form."""

    def send(self, client: FlaskClient, page: str = PAGE, **more: str) -> TestResponse:
        """Fill in a form and send it, as a browser of today does."""
        html = client.get(page).text
        first_box = dict([*box_values(html).items()][:1])
        fields = {**hidden_values(html), **first_box, "is_15": "y", "email": ANNA, **more}
        return client.post(page, data=fields, headers={"Sec-Fetch-Site": "same-origin"})

    @pytest.mark.parametrize("page", [PAGE, "/fr/"])
    def test_it_signs_up_and_gets_no_cookie(self, cookieless: FlaskClient, page: str) -> None:
        answer = self.send(cookieless, page)
        assert (answer.status_code, answer.location) == (303, "/fr/check?sent=1")
        assert "Set-Cookie" not in answer.headers
        assert (count_rows(SignupRequest), count_rows(OutboxEmail)) == (1, 1)
        told = cookieless.get(answer.location)
        assert "cookies" in told.text.partition("<main")[2]
        assert ANNA not in told.text

    def test_known_and_unknown_addresses_get_the_same_answer(self, cookieless: FlaskClient) -> None:
        make_subscriber("known@example.org", make_list("lyon", "Lyon"))
        answers = [self.send(cookieless, email=each) for each in ("known@example.org", ANNA)]
        assert len({(each.status_code, each.location, each.text) for each in answers}) == 1

    def test_its_faults_come_back_and_can_be_corrected(self, cookieless: FlaskClient) -> None:
        refused = self.send(cookieless, email="ada@gmail,com", given_name="Ada")
        assert refused.status_code == 422
        fields = {**hidden_values(refused.text), **box_values(refused.text), "is_15": "y"}
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = cookieless.post(PAGE, data={**fields, "email": ANNA}, headers=headers)
        assert (answer.status_code, count_rows(SignupRequest)) == (303, 1)

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
    def test_no_other_site_can_sign_a_browser_up(self, cookieless: FlaskClient, site: str) -> None:
        html = cookieless.get(PAGE).text
        fields = {**hidden_values(html), **box_values(html), "is_15": "y", "email": ANNA}
        headers = {"Sec-Fetch-Site": site} if site else {}
        answer = cookieless.post(PAGE, data=fields, headers=headers)
        assert (answer.status_code in {400, 403}, count_rows(SignupRequest)) == (True, 0)

    def test_a_browser_with_a_cookie_needs_its_token(self, client: FlaskClient) -> None:
        html = client.get(PAGE).text
        fields = {**hidden_values(html), **box_values(html), "is_15": "y", "email": ANNA}
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = client.post(PAGE, data={**fields, "csrf_token": "x"}, headers=headers)
        assert (answer.status_code, count_rows(SignupRequest)) == (400, 0)


@pytest.mark.parametrize("what", ["leave", "never"])
def test_unsubscribing_from_the_why_page_needs_no_cookie(
    cookieless: FlaskClient, what: str
) -> None:
    anna = make_subscriber(ANNA, make_list("lyon", "Lyon"))
    token = current_tokens().sign(TokenPurpose.WHY, [str(anna.id), 1, 1])
    answer = cookieless.post(f"/fr/why/{token}/{what}", data={"leave": "all"})
    assert answer.status_code == 200
    assert list_subscriptions_of(subscriber_at(ANNA).id) == []


def test_no_signup_is_answered_before_the_even_time(client: FlaskClient) -> None:
    html = client.get(PAGE).text
    form = {**hidden_values(html), **box_values(html), "is_15": "y", "email": "ada@example.org"}
    for _ in range(3):  # a new address, then one that has asked
        begun = time.monotonic()
        assert client.post(PAGE, data=form).status_code == 303
        assert time.monotonic() - begun >= LEAST_SECONDS
