"""The links of a confirmation and a reconfirmation: a GET changes nothing, the button does."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.models import ConsentEvent, EventKind, PageSnapshot, Suppression
from supporters.consent.page_snapshots import open_snapshot
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.mail.outbox_sender import send_due_emails
from supporters.signup.models import SignupRequest
from tests.factories.consent.reconfirmation import (
    ask_one,
    change_meaning,
    reconfirmation_emails,
    token_in,
)
from tests.factories.lists import SENTENCES, make_list
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    make_subscriber,
    not_me_token,
    request_to_join,
    values_in,
)
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Relay
from tests.web.public.pages import hidden_values, inputs_of, press

PROOF = re.compile(r'<p class="small">\s*<a href="/fr/receipt/.*?</p>', re.DOTALL)


@made_once
def links(app: Flask) -> dict[str, str]:
    """Return the paths of the links in an email, by name."""
    values = values_in(email_of_request(request_to_join("camille@example.org", make_list())))
    return {
        name: str(values[name]).removeprefix("http://localhost")
        for name in ("confirm_url", "not_me_url")
    }


@made_once
def page(app: Flask) -> str:
    """Return the link of a reconfirmation after the meaning of the list changed."""
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    email = ask_one(person, change_meaning(mailing_list).id)
    return f"/fr/again/{token_in(email)}"


def renewals() -> list[ConsentEvent]:
    """Return the renewed consents."""
    db.session.rollback()
    query = db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.RENEWED)
    return [*db.session.scalars(query)]


def ticked(html: str) -> dict[str, str]:
    """Return the values of the form with its box ticked."""
    return {**hidden_values(html), "agree": str(inputs_of(html)["agree"]["value"])}


def test_opening_the_link_in_any_way_changes_nothing(
    client: FlaskClient, links: dict[str, str]
) -> None:
    for _ in range(5):
        assert client.get(links["confirm_url"]).status_code == 200
    client.head(links["confirm_url"])
    client.options(links["confirm_url"])
    client.get(links["confirm_url"], headers={"Sec-Purpose": "prefetch"})
    client.get(links["not_me_url"])
    assert count_rows(Subscription) == 0
    assert press(client, links["confirm_url"]).status_code == 200
    assert count_rows(Subscription) == 1


def test_nothing_presses_the_button_by_itself(client: FlaskClient, links: dict[str, str]) -> None:
    html = client.get(links["confirm_url"]).text
    assert "http-equiv" not in html
    assert "<script" not in html
    assert html.count('type="submit"') == 1


def test_after_the_button_the_page_shows_the_consent_and_how_to_unsubscribe(
    client: FlaskClient, links: dict[str, str]
) -> None:
    html = press(client, links["confirm_url"]).text
    assert "La Lettre nationale" in html
    assert "Parti de l’Exemple" in html
    assert "/fr/subscriptions/" in html


def test_pressing_twice_shows_the_same(client: FlaskClient, links: dict[str, str]) -> None:
    first = press(client, links["confirm_url"])
    second = press(client, links["confirm_url"])
    assert (first.status_code, second.status_code) == (200, 200)
    assert count_rows(Subscription) == 1


def test_a_forged_link_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    for token in ("nonsense", "a.b.c", "x" * 600):
        response = client.get(f"/fr/confirm/{token}")
        assert response.status_code == 404
        assert "/fr/" in response.text


def test_a_confirmation_link_does_nothing_on_the_leave_page(
    client: FlaskClient, links: dict[str, str]
) -> None:
    token = links["confirm_url"].rpartition("/")[2]
    assert client.post(f"/leave/{token}").status_code == 404
    assert client.get(f"/fr/subscriptions/{token}").status_code == 410


def test_not_me_cancels_the_request(client: FlaskClient, links: dict[str, str]) -> None:
    assert press(client, links["not_me_url"]).status_code == 200
    assert press(client, links["confirm_url"]).status_code == 200
    assert count_rows(Subscription) == 0


def test_pages_with_a_token_send_no_referrer_and_are_not_cached(
    client: FlaskClient, links: dict[str, str]
) -> None:
    for path in links.values():
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_scanner_changes_nothing_by_the_link_it_was_not_me(
    client: FlaskClient, method: str
) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    page = f"/fr/not-me/{not_me_token(public_id)}"
    answer = getattr(client, method)(page)
    assert answer.status_code == 200
    request = db.session.scalars(db.select(SignupRequest)).one()
    db.session.refresh(request)
    assert request.refused_at is None
    assert db.session.scalars(db.select(Suppression)).all() == []
    press(client, page)
    assert db.session.scalars(db.select(Suppression)).all() != []


def test_looking_changes_nothing_and_no_box_is_ticked(client: FlaskClient, page: str) -> None:
    for _ in range(2):
        html = client.get(page).text
    assert SENTENCES["fr"] in html
    assert "les messages politiques par e-mail (Parti de l’Exemple)" in html
    assert "checked" not in inputs_of(html)["agree"]
    assert (renewals(), db.session.scalar(db.select(PageSnapshot))) == ([], None)


def test_the_box_and_the_button_are_a_consent_with_the_page_as_shown(
    client: FlaskClient, page: str
) -> None:
    response = client.post(page, data=ticked(client.get(page).text))
    assert response.status_code == 200
    (event,) = renewals()
    kept = open_snapshot(db.session.get_one(PageSnapshot, event.page_snapshot_id))
    assert SENTENCES["fr"] in kept
    assert ADDRESS not in kept
    assert page.rpartition("/")[2] not in kept + str(event.page_url)


def test_without_the_box_there_is_no_consent(client: FlaskClient, page: str) -> None:
    html = client.get(page).text
    response = client.post(page, data=hidden_values(html))
    assert response.status_code == 422
    assert renewals() == []


def test_a_page_that_changed_meanwhile_does_not_count(client: FlaskClient, page: str) -> None:
    html = client.get(page).text
    response = client.post(page, data={**ticked(html), "page": "0" * 64})
    assert response.status_code == 422
    assert renewals() == []


def test_a_second_press_shows_the_same_but_for_the_proof_of_the_first(
    client: FlaskClient, page: str
) -> None:
    fields = ticked(client.get(page).text)
    first, second = (client.post(page, data=fields).text for _ in range(2))
    assert PROOF.search(first)
    assert PROOF.sub("", first).split() == second.split()
    assert len(renewals()) == 1
    assert SENTENCES["fr"] in client.get(page).text


def test_no_is_one_press_and_unsubscribes(client: FlaskClient, page: str) -> None:
    fields = {**hidden_values(client.get(page).text), "answer": "no"}
    for _ in range(2):
        assert client.post(page, data=fields).status_code == 200
    assert db.session.scalar(db.select(Subscription)) is None


def test_without_the_token_of_the_form_nothing_is_stored(client: FlaskClient, page: str) -> None:
    html = client.get(page).text
    response = client.post(page, data={"agree": ticked(html)["agree"]})
    assert response.status_code in {400, 403, 422}
    assert renewals() == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_forged_link_says_what_to_do(app: Flask, language: str) -> None:
    response = app.test_client().get(f"/{language}/again/nonsense")
    assert response.status_code == 404
    assert "<h1" in response.text


def test_the_email_has_the_party_both_wordings_and_both_links(page: str, relay: Relay) -> None:
    send_due_emails()
    mail = relay.mails[-1]
    text = mail.message.get_body(("plain",)).get_content()
    assert all(each in text for each in ("Parti de l’Exemple", SENTENCES["fr"], page, "/leave/"))
    assert [email.encrypted for email in reconfirmation_emails()] == [None]
