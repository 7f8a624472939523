"""No input makes a fault of the pages that everybody reaches: sign-in, language, reset."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories.accounts import csrf_token_on, make_organiser
from tests.web.console.pages import FORGOTTEN, SIGN_IN

TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            *("/console/\r\nX: y", "//evil.example", "http://[", "\0", "\ud7ff\u2028", "%00"),
            *(
                "a" * 3_999,
                "a" * 4_001,
                "org@parti.example",
                "x@" + "é" * 300,
                "/console/?stored=9",
            ),
        ]
    ),
)
NAMES = st.sampled_from(["email", "password", "next", "back", "stored", "writer", "csrf_token"])
FORMS = st.dictionaries(NAMES, TEXTS)
PATHS = st.sampled_from(
    [SIGN_IN, FORGOTTEN, "/console/language/fr", "/console/reset/x", "/console/welcome/x"]
)


@given(path=PATHS, form=FORMS, query=FORMS, has_token=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_crafted_input_is_no_fault(
    app: Flask, path: str, form: dict[str, str], query: dict[str, str], *, has_token: bool
) -> None:
    client = app.test_client()
    token = {"csrf_token": csrf_token_on(client, SIGN_IN)} if has_token else {}
    answer = client.post(path, data={**form, **token}, query_string=query)
    assert answer.status_code < 500
    assert client.get(path, query_string=query).status_code < 500


def test_a_next_page_of_the_form_that_nobody_can_read_is_refused_like_one_of_the_address(
    app: Flask,
) -> None:
    client = app.test_client()
    form = {"csrf_token": csrf_token_on(client, SIGN_IN), "next": "A://["}
    answers = [client.post(SIGN_IN, data=form, query_string={"next": ""})]
    answers.append(client.post(SIGN_IN, query_string={"next": "A://["}))
    assert [each.status_code for each in answers] == [400, 400]


@pytest.mark.parametrize("back", ["/console/\r\nX: y", "/console/\n", "/console/\0"])
def test_a_line_break_in_the_language_switch_leads_to_the_dashboard(app: Flask, back: str) -> None:
    make_organiser()
    client = app.test_client()
    form = {"csrf_token": csrf_token_on(client, SIGN_IN), "back": back}
    assert client.post("/console/language/fr", data=form).location == "/console/"
