"""The answer to a sign-up leaves no earlier than at a fixed time, whatever is known."""

import time

import pytest
from flask.testing import FlaskClient

from supporters.web.public.signup.signup_pages import LEAST_SECONDS
from tests.web.public.pages import box_values, hidden_values

pytestmark = pytest.mark.usefixtures("mailing_list")

PAGE = "/fr/join/national"


def test_no_signup_is_answered_before_the_even_time(client: FlaskClient) -> None:
    html = client.get(PAGE).text
    form = {**hidden_values(html), **box_values(html), "is_15": "y", "email": "ada@example.org"}
    for _ in range(3):  # a new address, then one that has asked
        begun = time.monotonic()
        assert client.post(PAGE, data=form).status_code == 303
        assert time.monotonic() - begun >= LEAST_SECONDS
