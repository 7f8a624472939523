"""The sign-up page: its text before the consent, its checks, and equal answers for all."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.lists.models import Subscription
from supporters.mail.models import OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.signup.models import SignupChoice, SignupRequest
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import code_of, make_subscriber, request_to_join
from tests.machinery.prepared_states import always_made_once
from tests.servers.relay import Relay
from tests.web.public.pages import box_values, hidden_values, inputs_of, join, press

PAGE = "/fr/join/national"


@always_made_once
def two_lists(app: Flask) -> None:
    """Create two lists."""
    make_list()
    make_list("lyon", "Lyon")


def test_the_sentence_names_the_party_and_its_politics_before_the_button(
    client: FlaskClient,
) -> None:
    html = client.get(PAGE).text
    before_button = html[: html.index('type="submit"')]
    assert "Parti de l’Exemple" in before_button
    assert "politique" in before_button


def test_no_box_is_ticked(client: FlaskClient) -> None:
    boxes = inputs_of(client.get(PAGE).text)
    ticked = [name for name, values in boxes.items() if "checked" in values]
    assert len(box_values(client.get(PAGE).text)) == 2
    assert ticked == []


def test_an_address_and_the_agreement_are_enough(client: FlaskClient) -> None:
    assert join(client, "camille@example.org").status_code == 303
    assert count_rows(SignupRequest) == 1


def test_only_what_was_ticked_is_recorded(client: FlaskClient) -> None:
    join(client, "camille@example.org")
    assert count_rows(SignupChoice) == 1


@pytest.mark.parametrize("missing", ["consent_1", "is_15", "email"])
def test_nothing_is_stored_without_agreement_age_or_address(
    client: FlaskClient, missing: str
) -> None:
    fields = {**hidden_values(client.get(PAGE).text), "consent_1": "1", "is_15": "y"}
    fields["email"] = "camille@example.org"
    response = client.post(PAGE, data={k: v for k, v in fields.items() if k != missing})
    assert response.status_code == 422
    assert (count_rows(SignupRequest), count_rows(OutboxEmail)) == (0, 0)


@pytest.mark.parametrize(
    "email",
    [
        "nothing",
        "a@",
        "@b.fr",
        "a@b",
        "a b@c.fr",
        "a@b.fr\r\nBcc: c@d.fr",
        "a\0@b.fr",
        "a@b..fr",
        f"{'a' * 64}@{'b' * 250}.fr",
        "é@b.fr",
        "<script>@b.fr",
    ],
)
def test_a_malformed_address_gets_a_clear_page_that_keeps_the_rest(
    client: FlaskClient, email: str
) -> None:
    response = join(client, email, given_name="Camille")
    assert response.status_code == 422
    assert 'value="Camille"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert count_rows(SignupRequest) == 0


@pytest.mark.parametrize(
    "name", ["x" * 81, "a\0b", "a\r\nBcc: b", "a\x1bb", "WIN http://a.example", "www.a.b", "a@b.fr"]
)
def test_a_first_name_that_cannot_be_kept_is_refused(client: FlaskClient, name: str) -> None:
    assert join(client, "camille@example.org", given_name=name).status_code == 422
    assert count_rows(SignupRequest) == 0


def test_a_box_of_an_older_text_does_not_count(client: FlaskClient) -> None:
    response = join(client, "camille@example.org", consent_1="999")
    assert response.status_code == 422
    assert count_rows(SignupRequest) == 0


def test_every_kind_of_address_gets_the_same_answer(app: Flask) -> None:
    national = db.session.get_one(type(make_list("nord", "Nord")), 1)
    make_subscriber("confirmed@example.org", national)
    request_to_join("pending@example.org", national)
    with transaction():
        suppress(address_mac("left@example.org"), EVERYTHING, now=clock.now(), until=None)
    answers = set()
    for who in ("new", "pending", "confirmed", "left"):
        client = app.test_client()
        response = join(client, f"{who}@example.org")
        page = client.get(response.location or "").text
        cookies = {len(value) for value in response.headers.getlist("Set-Cookie")}
        answers.add((response.status_code, _without_token(response.text), len(cookies)))
        answers.add((200, _without_token(page).replace(f"{who}@example.org", "theirs"), 0))
    assert len(answers) == 2


def test_the_page_that_waits_shows_the_typed_address_to_this_browser_only(
    app: Flask, client: FlaskClient
) -> None:
    waiting = join(client, "Camille+liste@example.org").location or ""
    assert "Camille+liste@example.org" in client.get(waiting).text
    other = app.test_client()
    join(other, "boris@example.org")
    assert "Camille" not in other.get(waiting).text


def test_the_cookie_keeps_the_typed_address_encrypted_until_it_is_confirmed(
    client: FlaskClient,
) -> None:
    waiting = join(client, "camille@example.org").location or ""
    with client.session_transaction() as cookie:
        assert "camille" not in str(dict(cookie))
        code = code_of(cookie["signup"])
    press(client, waiting, code=code)
    with client.session_transaction() as cookie:
        assert "typed" not in cookie


def test_a_page_that_waits_without_the_address_still_says_what_to_do(client: FlaskClient) -> None:
    waiting = join(client, "camille@example.org").location or ""
    with client.session_transaction() as cookie:
        cookie["typed"] = "sealed with a key that was retired"
    page = client.get(waiting)
    assert (page.status_code, "Cherchez notre e-mail et appuyez" in page.text) == (200, True)


def _without_token(html: str) -> str:
    """Return a page without its token, and without the seconds that have passed."""
    return re.sub(r'name="csrf_token"[^>]*>|data-seconds="\d+"', "", html)


def test_a_forged_form_is_refused(client: FlaskClient) -> None:
    response = client.post(PAGE, data={"email": "a@b.fr", "consent_1": "1", "is_15": "y"})
    assert response.status_code == 400
    assert count_rows(SignupRequest) == 0


def test_a_form_from_another_site_is_refused(client: FlaskClient) -> None:
    html = client.get(PAGE).text
    fields = {**hidden_values(html), "email": "a@b.fr", "consent_1": "1", "is_15": "y"}
    response = client.post(PAGE, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert count_rows(SignupRequest) == 0


def test_the_code_on_the_open_page_confirms(client: FlaskClient, relay: Relay) -> None:
    page = join(client, "camille@example.org").location or ""
    request_id = db.session.scalar(select(SignupRequest.public_id)) or ""
    code = code_of(request_id)
    grouped = f" {code[:3]} {code[3:]} "
    response = client.post(page, data={**hidden_values(client.get(page).text), "code": grouped})
    assert response.status_code == 200
    assert (count_rows(Subscriber), count_rows(Subscription)) == (1, 1)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\0"])
def test_an_invalid_code_says_what_to_do(client: FlaskClient, code: str) -> None:
    page = join(client, "camille@example.org").location or ""
    response = client.post(page, data={**hidden_values(client.get(page).text), "code": code})
    assert response.status_code == 422
    assert count_rows(Subscriber) == 0


def test_the_waiting_page_without_a_request_leads_back(client: FlaskClient) -> None:
    response = client.get(f"{PAGE}/check")
    assert (response.status_code, response.location) == (302, PAGE)


def test_emails_never_repeat_text_of_a_visitor(client: FlaskClient, relay: Relay) -> None:
    join(client, "camille@example.org", given_name="Gagnez un evil million")
    queue.run_all()
    send_due_emails()
    assert len(relay.mails) == 1
    assert b"evil" not in relay.mails[0].raw


def test_a_wrong_host_changes_no_link(client: FlaskClient, relay: Relay) -> None:
    join(client, "camille@example.org")
    response = client.get(PAGE, headers={"Host": "evil.example"})
    assert response.status_code == 400
    client.get(PAGE, headers={"X-Forwarded-Host": "evil.example"})
    queue.run_all()
    send_due_emails()
    assert b"evil" not in relay.mails[0].raw


@pytest.mark.parametrize(
    ("browser", "path"), [("en-GB,en", "/en/"), ("fr-FR", "/fr/"), ("de", "/fr/"), ("", "/fr/")]
)
def test_the_browser_chooses_the_language_and_french_is_the_default(
    client: FlaskClient, browser: str, path: str
) -> None:
    response = client.get("/", headers={"Accept-Language": browser})
    assert response.location == path
