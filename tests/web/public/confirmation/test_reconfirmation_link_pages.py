"""The page of a reconfirmation link: an unticked box, and one button to refuse."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.models import ConsentEvent, EventKind, PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.consent.reconfirmation import (
    ask_one,
    change_meaning,
    reconfirmation_emails,
    token_in,
)
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Relay
from tests.web.public.pages import hidden_values, inputs_of


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


def test_a_second_press_shows_the_same(client: FlaskClient, page: str) -> None:
    fields = ticked(client.get(page).text)
    pages = [client.post(page, data=fields).text for _ in range(2)]
    assert pages[0] == pages[1]
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
