"""The console's pages: closed without a session, open for the right roles, with true titles."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from tests.factories.accounts import csrf_token_on
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.relay import Relay
from tests.web.console.pages import SIGN_IN, open_person, post, search
from tests.web.public.pages import hidden_values

OWNER_PAGES = [
    "/console/organisers",
    "/console/lists/new",
    "/console/cases",
    "/console/cases/new",
    "/console/retention",
    "/console/retention/people",
    "/console/processing-record",
]
MENU = 'aria-label="Console"'


@pytest.fixture
def paths(owner_client: FlaskClient, relay: Relay) -> list[str]:
    """Return the URLs of all pages of the console, each with data."""
    mailing_list = make_list()
    person = make_subscriber("camille@example.org", mailing_list, given_name="Camille")
    other = make_subscriber("zoe@example.org", mailing_list)
    draft = make_campaign(mailing_list, "Un brouillon")
    sent = make_campaign(mailing_list, "Une lettre")
    launch_ready(sent.id)
    send_here()
    return [
        "/console/",
        "/console/lists",
        f"/console/lists/{mailing_list.id}",
        "/console/people",
        f"/console/people/{other.id}/open",
        open_person(owner_client, person.id),
        f"/console/people/{person.id}/stop",
        "/console/campaigns",
        "/console/campaigns/new?list=1",
        f"/console/campaigns/{draft.id}",
        f"/console/campaigns/{draft.id}/edit",
        f"/console/campaigns/{draft.id}/preview",
        f"/console/campaigns/{draft.id}/preview.html",
        f"/console/campaigns/{draft.id}/decision",
        f"/console/campaigns/{sent.id}",
        f"/console/campaigns/{sent.id}/progress",
    ]


def title_of(page: str) -> str:
    """Return the title of the page, without the party."""
    found = re.search(r"<title>(.*?) – [^–]*</title>", page, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def test_every_page_opens_for_an_owner(owner_client: FlaskClient, paths: list[str]) -> None:
    statuses = {path: owner_client.get(path).status_code for path in [*paths, *OWNER_PAGES]}
    assert {path: status for path, status in statuses.items() if status != 200} == {}


def test_pages_of_owners_are_closed_to_organisers(
    organiser_client: FlaskClient, paths: list[str]
) -> None:
    opened = next(
        path for path in paths if path.rpartition("/")[2].isdecimal() and "people" in path
    )
    open_person(organiser_client, int(opened.rpartition("/")[2]))
    assert {organiser_client.get(path).status_code for path in paths} == {200}
    assert {organiser_client.get(path).status_code for path in OWNER_PAGES} == {403}


def test_pages_are_calm_without_any_data(owner_client: FlaskClient) -> None:
    for path in ("/console/", "/console/lists", "/console/people", "/console/campaigns"):
        assert owner_client.get(path).status_code == 200


def test_what_is_not_there_is_a_page_that_says_so(owner_client: FlaskClient) -> None:
    for path in ("lists/99", "people/99", "campaigns/99", "campaigns/99/decision"):
        assert owner_client.get(f"/console/{path}").status_code == 404, path


def test_an_unconfirmed_address_is_never_shown(owner_client: FlaskClient) -> None:
    from tests.factories.signups import request_to_join

    request_to_join("pending@example.org", make_list())
    assert "@example.org" not in search(owner_client, "pending")


def test_another_language_keeps_the_page_that_one_is_on(owner_client: FlaskClient) -> None:
    cases = [
        ("/console/cases?state=all&page=2", "/console/cases?state=all&page=2"),
        ("", "/console/"),
        ("/fr/", "/console/"),
        ("//evil.example/console/", "/console/"),
        ("https://evil.example/console/", "/console/"),
        ("/console/\\evil.example", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("/console/\r\nX: y", "/console/"),
        ("/console/\x00", "/console/"),
        ("//[", "/console/"),
    ]
    for back, target in cases:
        response = post(owner_client, "/console/language/en", back=back)
        assert (response.status_code, response.location) == (303, target)
        assert '<html lang="en">' in owner_client.get("/console/").text


def test_the_sign_in_speaks_the_language_that_is_chosen_there(client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get(SIGN_IN).text
    chosen = hidden_values(client.get(SIGN_IN).text)
    response = client.post("/console/language/en", data=chosen)
    assert '<html lang="en">' in client.get(str(response.location)).text


def test_every_page_offers_the_other_language(owner_client: FlaskClient, paths: list[str]) -> None:
    pages = [path for path in paths if not path.endswith((".html", "/progress"))]
    assert all("/console/language/en" in owner_client.get(path).text for path in pages)


def test_the_title_is_the_heading(owner_client: FlaskClient) -> None:
    assert title_of(owner_client.get("/console/lists").text) == "Listes"


def test_a_heading_that_somebody_wrote_is_escaped_once(owner_client: FlaskClient) -> None:
    campaign = make_campaign(make_list(), "Toi & <moi>")
    page = owner_client.get(f"/console/campaigns/{campaign.id}").text
    assert title_of(page) == "Toi &amp; &lt;moi&gt;"


def test_an_error_is_said_before_the_title(owner_client: FlaskClient) -> None:
    page = post(owner_client, "/console/lists/new", name="").text
    assert title_of(page) == "Erreur : Créer une liste"


def test_an_unknown_page_keeps_the_menu_and_its_own_words(owner_client: FlaskClient) -> None:
    for path in ("/console/nowhere", "/console/imports/404"):
        answer = owner_client.get(path)
        assert (answer.status_code, MENU in answer.text) == (404, True)
        assert "de l’e-mail" not in answer.text
        assert "mailto:" not in answer.text


def test_a_page_without_the_right_keeps_the_menu(organiser_client: FlaskClient) -> None:
    answer = organiser_client.get("/console/imports")
    assert (answer.status_code, MENU in answer.text) == (403, True)


def test_a_request_that_is_too_large_keeps_the_menu(owner_client: FlaskClient) -> None:
    token = csrf_token_on(owner_client, "/console/people")
    form = {"csrf_token": token, "name": "x" * 600_000}
    answer = owner_client.post("/console/lists/new", data=form)
    assert (answer.status_code, MENU in answer.text) == (413, True)


@pytest.mark.parametrize("path", ["/console/nowhere", "/consoles", "/fr/nowhere"])
def test_a_stranger_sees_the_page_of_the_public_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, MENU in answer.text) == (404, False)


def test_the_page_needs_nothing_that_its_menu_counts(owner_client: FlaskClient) -> None:
    with transaction():
        db.session.execute(text("ALTER TABLE privacy_case RENAME TO elsewhere"))
    answer = owner_client.get("/console/nowhere")
    assert (MENU in answer.text, "<h1" in answer.text) == (False, True)
