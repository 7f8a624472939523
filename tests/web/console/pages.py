"""Uses the console as an organiser's browser does."""

import re

from flask import Flask, Response, make_response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.database import db
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.sign_in.password_changes import answer_waiting_resets
from supporters.sign_in.second_factors import HAS_SECOND_FACTOR
from supporters.web.error_pages import WAITING_PAGE
from tests.factories.accounts import PASSWORD, csrf_token_on
from tests.factories.signups import values_in
from tests.web.public.pages import hidden_values, press

SIGN_IN = "/console/sign-in"
FORGOTTEN = "/console/reset"


def sign_in_as(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Fill in the sign-in page and send it."""
    return press(client, SIGN_IN, email=email, password=password)


def prove_two_factors(client: FlaskClient) -> None:
    """Let an account have proved two factors: a console with real data needs them."""
    with client.session_transaction() as cookie:
        cookie[HAS_SECOND_FACTOR] = True


def is_signed_in(client: FlaskClient) -> bool:
    """Tell whether the dashboard opens for this browser."""
    return client.get("/console/").status_code == 200


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form of a page of the console, with the token of the shortest page."""
    token = csrf_token_on(client, FORGOTTEN)
    return client.post(path, data={**fields, "csrf_token": token})


def answer_errors_with_a_status(app: Flask) -> None:
    """Let errors have no page, for tests that only look at hundreds of their statuses."""

    def answer(status: int) -> Response:
        return make_response("", status)

    app.extensions[WAITING_PAGE] = answer


def speak_english(client: FlaskClient) -> None:
    """Choose English for the rest of the session."""
    post(client, "/console/language/en", back="/console/")


def decide(client: FlaskClient, campaign: str, move: str, **more: str) -> TestResponse:
    """Open the page that decides about a campaign, and send the form of a move."""
    html = client.get(f"{campaign}/decision").text
    return client.post(f"{campaign}/{move}", data={**hidden_values(html), **more})


def followed(client: FlaskClient, response: TestResponse) -> str:
    """Return the page that a redirect leads to."""
    assert response.status_code in {302, 303}, response.text
    return client.get(str(response.location)).text


def emails(kind: EmailKind) -> list[OutboxEmail]:
    """Return the emails of a kind in the outbox, oldest first."""
    found = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == kind).order_by(OutboxEmail.id)
    )
    return [*found]


def reset_path(client: FlaskClient, email: str) -> str:
    """Ask for a new password, and return the path of the link in the email."""
    press(client, FORGOTTEN, email=email)
    answer_waiting_resets()
    url = str(values_in(emails(EmailKind.RESET_PASSWORD)[-1])["reset_url"])
    return url.removeprefix("http://localhost")


def open_person(client: FlaskClient, subscriber_id: int) -> str:
    """Open a person as the button of a search does; return the URL of their page."""
    page = f"/console/people/{subscriber_id}"
    if client.get(page).status_code == 200:
        return page
    assert press(client, f"{page}/open").location == page
    return page


def search(client: FlaskClient, words: str, page: str = "/console/people") -> str:
    """Search people, and return the page of results."""
    return followed(client, press(client, page, q=words))


def ticked_lists(page: str) -> list[str]:
    """Return the ticked lists of the form of a campaign."""
    boxes = re.findall(r'<input[^>]*name="mailing_list_id"[^>]*>', page)
    return [re.findall(r'value="([^"]*)"', each)[0] for each in boxes if "checked" in each]
