"""Forms need their token and come from this site. The exemptions are listed here (REQ-128)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.web.origins import FROM_ANYWHERE
from tests.architecture.scenario import FirstRows, Scenario, add_first_rows
from tests.factories.accounts import csrf_token_on
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import FORGOTTEN, answer_errors_with_a_status

pytestmark = begins_with(add_first_rows)

# Endpoints that another site may call without a token, with the reason.
EXEMPT = {
    "public.leave": "RFC 8058: the mailbox provider sends it; the link itself is the right",
    "public.write_no_more": "RFC 8058 too, in the email that asks people of a former list",
}
# Endpoints without a cookie: only the mailbox has the link, or they store nothing, or the email
# that they send is to be confirmed. Other sites are still refused.
WITHOUT_COOKIE = {
    "public.confirm_now",
    "public.not_me_now",
    "public.new_address_now",
    "public.refuse_address",
    "public.undo_now",
    "public.why_leave",
    "public.why_never",
    "public.check_email",
    "public.undo_leave",
    "public.from_our_site",
    "public.sign_up_in_frame",
    "public.sign_up_at_stall",
    "public.send_stored_signup",
    "public.form_program",
    "hooks.take_events",  # signed, or signed in
}


@pytest.fixture
def scenario(app: Flask, prepared: FirstRows) -> Scenario:
    """Return an installation with a signed-in account that has every right."""
    return Scenario(app, prepared)


def writing_places(app: Flask, scenario: Scenario) -> dict[str, str]:
    """Return the URL of each route that accepts a form, by its endpoint."""
    urls = app.url_map.bind("localhost")
    ids = ("passkey_id", "session_id", "request_id", "question_id", "broadcast_id", "form_id")
    places = {
        **dict.fromkeys((*ids, "change_id", "ballot_id", "key_id", "mail_id"), 1),
        **scenario.places,
        "token": "x",
    }
    places |= {"by": "domain", "key": "example.org", "again_to": "missed", "language": "en"}
    places |= {"provider": "orange", "service": "brevo"}
    return {
        rule.endpoint: urls.build(
            rule.endpoint, {name: places[name] for name in rule.arguments}, method="POST"
        )
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    }


def test_only_those_named_here_are_taken_from_another_site(app: Flask, scenario: Scenario) -> None:
    answer_errors_with_a_status(app)
    browser, token = scenario.browser, csrf_token_on(scenario.browser, FORGOTTEN)
    taken = set()
    for site in ("cross-site", "same-site"):
        for endpoint, place in writing_places(app, scenario).items():
            form, headers = {"csrf_token": token}, {"Sec-Fetch-Site": site}
            if browser.post(place, data=form, headers=headers).status_code != 403:
                taken.add(endpoint)
    assert taken == {*EXEMPT} == FROM_ANYWHERE


def test_only_those_named_here_need_no_token(app: Flask, scenario: Scenario) -> None:
    answer_errors_with_a_status(app)
    taken = set()
    for token in ("", "forged"):
        for endpoint, place in writing_places(app, scenario).items():
            if scenario.browser.post(place, data={"csrf_token": token}).status_code != 400:
                taken.add(endpoint)
    assert taken == {*EXEMPT} | WITHOUT_COOKIE


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_are_taken(app: Flask, scenario: Scenario, site: str) -> None:
    token = csrf_token_on(scenario.browser, FORGOTTEN)
    place = writing_places(app, scenario)["console.close_list"]
    headers = {"Sec-Fetch-Site": site}
    assert (
        scenario.browser.post(place, data={"csrf_token": token}, headers=headers).status_code == 303
    )


def test_a_token_of_another_session_is_worthless(app: Flask, scenario: Scenario) -> None:
    stranger: FlaskClient = app.test_client()
    token = csrf_token_on(stranger, "/console/sign-in")
    place = writing_places(app, scenario)["console.close_list"]
    assert scenario.browser.post(place, data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 403), ("http://localhost", 303), ("null", 303)]
)
def test_browsers_that_only_name_an_origin_are_judged_by_it(
    app: Flask, scenario: Scenario, origin: str, status: int
) -> None:
    token = csrf_token_on(scenario.browser, FORGOTTEN)
    place = writing_places(app, scenario)["console.close_list"]
    answer = scenario.browser.post(place, data={"csrf_token": token}, headers={"Origin": origin})
    assert answer.status_code == status


def test_another_site_is_refused_before_its_token_is_looked_at(
    app: Flask, scenario: Scenario
) -> None:
    place = writing_places(app, scenario)["console.close_list"]
    assert (
        scenario.browser.post(place, headers={"Origin": "https://evil.example"}).status_code == 403
    )
