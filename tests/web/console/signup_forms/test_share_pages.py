"""The team shares a list: short address, QR code, poster, and where sign-ups come from."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.signup.models import SourceCount
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.lists import make_list
from tests.web.console.pages import speak_english

PNG = b"\x89PNG"


@pytest.fixture
def mailing_list(app: Flask) -> MailingList:
    """Return the list that is shared."""
    return make_list("lyon", "Liste de Lyon")


@pytest.fixture
def organiser(app: Flask, mailing_list: MailingList) -> FlaskClient:
    client = sign_in(app, make_organiser())
    speak_english(client)
    return client


def share(mailing_list: MailingList, query: str = "") -> str:
    """Return the path of the page."""
    return f"/console/lists/{mailing_list.id}/share{query}"


def test_it_shows_the_short_address(organiser: FlaskClient, mailing_list: MailingList) -> None:
    assert 'href="http://localhost/lyon"' in organiser.get(share(mailing_list)).text


def test_a_word_for_a_place_is_in_the_address_and_in_the_files(
    organiser: FlaskClient, mailing_list: MailingList
) -> None:
    html = organiser.get(share(mailing_list, "?from=Tract-7")).text
    assert 'href="http://localhost/lyon?from=tract-7"' in html
    assert f"/console/lists/{mailing_list.id}/qr-code.png?from=tract-7" in html
    assert f"/console/lists/{mailing_list.id}/poster?language=fr&amp;from=tract-7" in html


def test_a_word_that_no_address_holds_is_explained_and_kept(
    organiser: FlaskClient, mailing_list: MailingList
) -> None:
    html = organiser.get(share(mailing_list, "?from=<b>gare nord")).text
    assert "“&lt;b&gt;gare nord” can’t stand in an address." in html
    assert 'value="&lt;b&gt;gare nord"' in html
    assert 'href="http://localhost/lyon"' in html


@pytest.mark.parametrize(("kind", "start"), [("png", PNG), ("svg", b"<svg")])
def test_the_qr_code_is_a_file_with_the_name_of_the_place(
    organiser: FlaskClient, mailing_list: MailingList, kind: str, start: bytes
) -> None:
    path = f"/console/lists/{mailing_list.id}/qr-code.{kind}"
    plain, of_place = organiser.get(path), organiser.get(f"{path}?from=tract")
    assert plain.data.startswith(start)
    assert f'filename="qr-lyon-tract.{kind}"' in of_place.headers["Content-Disposition"]
    assert plain.data != of_place.data


def test_the_poster_speaks_its_language(organiser: FlaskClient, mailing_list: MailingList) -> None:
    path = f"/console/lists/{mailing_list.id}/poster"
    french, english = (organiser.get(f"{path}?language={each}").text for each in ("fr", "en"))
    assert ('lang="fr"' in french, 'lang="en"' in english) == (True, True)
    assert "Scan the code with your telephone" in english
    assert "Scan the code" not in french
    assert "localhost/lyon</p>" in english


def test_a_poster_in_no_language_of_the_site_is_not_found(
    organiser: FlaskClient, mailing_list: MailingList
) -> None:
    path = f"/console/lists/{mailing_list.id}/poster?language=xx"
    assert organiser.get(path).status_code == 404


def test_it_shows_where_sign_ups_came_from(
    organiser: FlaskClient, mailing_list: MailingList
) -> None:
    assert "Nothing is counted yet." in organiser.get(share(mailing_list)).text
    today = clock.now().date()
    with transaction():
        db.session.add(
            SourceCount(mailing_list_id=mailing_list.id, source="gare", day=today, requests=1234)
        )
    html = organiser.get(share(mailing_list)).text
    assert "gare" in html
    assert "1,234" in html
