"""The page "Why did I get this?": the record without personal data; a GET changes nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters import clock
from supporters.cases.models import Case
from supporters.consent.log_sealing import seal
from supporters.consent.models import EventKind, Method
from supporters.consent.queries import list_events_of
from supporters.consent.wordings import store_wording
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.message.previews import preview_campaign
from supporters.extensions import current_settings, current_tokens
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.factories.campaigns import RecordingTransport, launch, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import PAGE, make_subscriber, make_subscriber_with_snapshot
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import made_once
from tests.markup import Markup
from tests.servers.relay import Received
from tests.web.public.pages import hidden_values

ADDRESS = "camille.canary@example.org"
SHOWN = "<!DOCTYPE html><title>Page</title><style>p{color:red}</style><p>Comme montrée</p>"


@made_once
def path(app: Flask) -> str:
    """Return the link in the campaign message to a person on two lists."""
    mailing_list = make_list()
    make_list("secret", "Section secrète")
    make_subscriber_with_snapshot(ADDRESS, mailing_list, SHOWN, given_name="Canarille")
    make_subscriber(ADDRESS, make_list("lyon", "Lyon en secret"))
    transport = RecordingTransport()
    launch(mailing_list)
    send_here(transport)
    ((recipient, raw),) = transport.taken
    html = Received("", recipient, raw).part("html")
    (url,) = {each for each in Markup(html).links if "/why/" in each}
    return url.removeprefix("http://localhost")


def snapshot() -> dict[str, list[object]]:
    """Return every row of every table."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {
        table.name: sorted(map(str, db.session.execute(text(f'SELECT * FROM "{table.name}"'))))
        for table in tables
    }


def press(client: FlaskClient, path: str, action: str, **more: str) -> int:
    """Open the page, press one of its buttons, and return the status."""
    fields = {**hidden_values(client.get(path).text), **more}
    return client.post(f"{path}/{action}", data=fields).status_code


def test_the_page_shows_the_time_the_page_and_the_exact_text(
    client: FlaskClient, path: str
) -> None:
    html = client.get(path).text
    _, wording = list_events_of(subscriber_at(ADDRESS).id)[0]
    assert wording is not None
    assert wording.text in html
    assert PAGE in html
    assert "La Lettre nationale" in html


def test_the_page_names_the_party_of_that_time(app: Flask, client: FlaskClient, path: str) -> None:
    then = current_settings()
    rename_party(app, "Le Nouveau Parti")
    assert f"<dd>{then.party_name}, {then.party_address}</dd>" in client.get(path).text


@pytest.mark.parametrize("is_altered", [False, True])
def test_the_page_says_whether_the_record_matches_the_log(
    client: FlaskClient, path: str, is_altered: bool
) -> None:
    seal()
    if is_altered:
        with transaction():
            db.session.execute(text("UPDATE consent_event SET page_url = 'http://autre'"))
    words = Markup(client.get(path.replace("/fr/", "/en/")).text).words
    assert ("nobody can change it unnoticed" in words) is not is_altered
    assert ("This record can’t be proved." in words) is is_altered


@pytest.mark.parametrize("state", ["subscribed", "left", "disputed"])
def test_the_page_shows_neither_address_nor_name_nor_other_list(
    client: FlaskClient, path: str, state: str
) -> None:
    if state == "left":
        press(client, path, "leave")
    if state == "disputed":
        press(client, path, "never")
    for page in (path, f"{path}/page", receipt_link(client, path)):
        html = client.get(page).text.lower()
        assert not [word for word in ("camille", "canari", "secr", "lyon") if word in html], page


def receipt_link(client: FlaskClient, path: str) -> str:
    """Return the link to the receipt on the page."""
    (link,) = re.findall(r'href="(/fr/receipt/[^"]+)"', client.get(path).text)
    return str(link)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_every_link_of_the_message_and_its_pages_changes_nothing(
    client: FlaskClient, path: str, method: str
) -> None:
    before = snapshot()
    for page in (path, f"{path}/page", receipt_link(client, path), path.replace("/fr/", "/en/")):
        assert getattr(client, method)(page).status_code == 200
    for action in ("leave", "never"):
        assert getattr(client, method)(f"{path}/{action}").status_code == 405
    assert snapshot() == before


def test_pages_with_a_token_are_not_cached_and_send_no_referrer(
    client: FlaskClient, path: str
) -> None:
    for page in (path, f"{path}/page", receipt_link(client, path)):
        headers = client.get(page).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_the_page_shows_the_snapshot_in_a_frame(client: FlaskClient, path: str) -> None:
    assert re.findall(r'<iframe[^>]*\bsrc="([^"]+)"', client.get(path).text) == [f"{path}/page"]


def test_the_snapshot_is_complete_and_inert(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}/page")
    assert answer.text == SHOWN
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "form-action 'none'" in policy
    assert "script-src" not in policy


def test_a_record_without_a_snapshot_shows_none(client: FlaskClient, app: Flask) -> None:
    national = make_list()
    anna = make_subscriber("anna@example.org", national)
    token = current_tokens().sign(TokenPurpose.WHY, [anna.id, national.id, 1])
    assert "<iframe" not in client.get(f"/fr/why/{token}").text
    assert client.get(f"/fr/why/{token}/page").status_code == 404


def test_unsubscribing_from_the_page_and_its_text_after(client: FlaskClient, path: str) -> None:
    assert press(client, path, "leave", leave="this") == 200
    assert [each.slug for _, each in list_subscriptions_of(subscriber_at(ADDRESS).id)] == ["lyon"]
    html = client.get(path).text
    assert 'value="this"' not in html
    assert "message-good" in html


def test_the_page_after_unsubscribing_shows_the_link_of_nobody_else(
    client: FlaskClient, path: str
) -> None:
    press(client, path, "leave", leave="this")
    other = make_subscriber("boris@example.org", db.session.get_one(MailingList, 1))
    why, leave = (
        current_tokens().sign(purpose, [other.id, 1, 1])
        for purpose in (TokenPurpose.WHY, TokenPurpose.UNSUBSCRIBE)
    )
    token = path.rpartition("/")[2]
    for each in (f"/fr/why/{why}/leave", f"/leave/{leave}"):
        assert token not in client.post(each).text


def test_unsubscribing_from_every_list_on_the_page(client: FlaskClient, path: str) -> None:
    press(client, path, "leave", leave="all")
    assert list_subscriptions_of(subscriber_at(ADDRESS).id) == []


def test_a_dispute_restricts_opens_a_case_and_may_be_repeated(
    client: FlaskClient, path: str
) -> None:
    fields = hidden_values(client.get(path).text)
    for _ in range(2):
        answer = client.post(f"{path}/never", data=fields)
        assert answer.status_code == 200
        assert current_settings().dpo_contact in answer.text
    assert count_rows(Case) == 1
    assert count_rows(Subscription) == 0
    assert subscriber_at(ADDRESS).restricted_at is not None
    assert f"{path}/never" not in client.get(path).text


@pytest.mark.parametrize("action", ["leave", "never"])
def test_a_press_from_another_site_is_refused(client: FlaskClient, path: str, action: str) -> None:
    fields = hidden_values(client.get(path).text)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{path}/{action}", data=fields, headers=elsewhere).status_code == 403
    assert len(list_subscriptions_of(subscriber_at(ADDRESS).id)) == 2


def test_later_changes_are_shown(client: FlaskClient, path: str) -> None:
    unsubscribe_from_every_list(subscriber_at(ADDRESS).id, Method.ONE_CLICK)
    with transaction():
        store_wording(1, "fr", "D’autres mots.", now=clock.now())
    html = client.get(path).text
    events = [event.kind for event, _ in list_events_of(subscriber_at(ADDRESS).id)]
    assert EventKind.WITHDRAWN in events
    changes = html.partition("Ce qui a changé depuis")[2].partition("</ul>")[0].split("<li>")[1:]
    left, reworded = [Markup(each).words for each in changes]
    assert re.search(r"\ble \d+(er)? \w+ \d{4}", left)
    assert "a un autre texte" in reworded
    assert "D’autres mots." not in html


def test_the_place_in_the_log_is_shown_after_sealing(client: FlaskClient, path: str) -> None:
    assert "/fr/consent-log" in client.get(path).text
    waiting = client.get(path).text
    seal()
    assert client.get(path).text != waiting


def test_the_page_of_an_erased_person_is_plain(client: FlaskClient, app: Flask) -> None:
    make_list()
    token = current_tokens().sign(TokenPurpose.WHY, [404, 1, 1])
    answer = client.get(f"/fr/why/{token}")
    assert answer.status_code == 200
    assert current_settings().dpo_contact in answer.text
    fields = hidden_values(client.get("/fr/join/national").text)
    assert client.post(f"/fr/why/{token}/never", data=fields).status_code == 200
    assert client.post(f"/fr/why/{token}/leave", data=fields).status_code == 200
    assert count_rows(Case) == 0


def test_the_link_of_a_preview_shows_nobodys_data(client: FlaskClient, app: Flask) -> None:
    content = preview_campaign(make_campaign(make_list()))
    (url,) = {each for each in Markup(content.html).links if "/why/" in each}
    answer = client.get(url.removeprefix("http://localhost"))
    assert answer.status_code == 200
    assert "<form" not in answer.text


@pytest.mark.parametrize(
    "purpose", [TokenPurpose.UNSUBSCRIBE, TokenPurpose.MANAGE, TokenPurpose.RECEIPT]
)
def test_another_kind_of_link_is_unknown(
    client: FlaskClient, path: str, purpose: TokenPurpose
) -> None:
    token = current_tokens().sign(purpose, [subscriber_at(ADDRESS).id, 1, 1])
    assert client.get(f"/fr/why/{token}").status_code == 404
    assert client.get(f"{path[:-3]}abc").status_code == 404
