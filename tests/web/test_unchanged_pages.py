"""Public pages without changes are answered with 304, and never those for one visitor."""

import pytest
from flask.testing import FlaskClient

from tests.factories.lists import make_list
from tests.web.public.pages import join

PAGES = ("/fr/", "/en/privacy", "/fr/legal", "/fr/accessibility")


@pytest.mark.parametrize("page", PAGES)
def test_a_browser_that_has_the_page_gets_no_body(client: FlaskClient, page: str) -> None:
    first = client.get(page)
    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    for headers in (first.headers, again.headers):
        assert headers["Cache-Control"] == "private, no-cache"
        assert "Accept-Encoding" in headers["Vary"]
        assert headers["Content-Security-Policy"]


def test_the_compressed_page_is_known_again_too(client: FlaskClient) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    first = client.get("/fr/", headers=gzip)
    again = client.get("/fr/", headers={**gzip, "If-None-Match": first.headers["ETag"]})
    assert (first.headers["Content-Encoding"], again.status_code) == ("gzip", 304)


def test_a_changed_page_comes_whole(client: FlaskClient) -> None:
    known = client.get("/fr/").headers["ETag"]
    make_list()
    again = client.get("/fr/", headers={"If-None-Match": known})
    assert again.status_code == 200
    assert "La Lettre nationale" in again.text


def test_a_page_with_a_message_is_kept_nowhere(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Only for you")]
    response = client.get("/fr/")
    assert "Only for you" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_pages_of_a_signup_are_kept_nowhere(client: FlaskClient) -> None:
    make_list()
    pages = [client.get("/fr/join/national"), join(client, "camille@example.org")]
    pages.append(client.get("/fr/join/national/check"))
    assert [each.status_code for each in pages] == [200, 303, 200]
    assert {each.headers["Cache-Control"] for each in pages} == {"no-store"}
