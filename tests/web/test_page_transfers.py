"""Pages are compressed without input of the visitor, and 304 without changes."""

import gzip

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.web.page_compression import PAGES
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.web.public.pages import box_values, hidden_values, join

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}
JOIN = "/fr/join/national"
LONG = 14_000  # with its headers a page has 15 kB at most
TYPED = "camille@"
PUBLIC_PAGES = ("/fr/", "/en/privacy", "/fr/legal", "/fr/accessibility")


def is_compressed(response: TestResponse) -> bool:
    """Tell whether an answer came compressed."""
    return response.headers.get("Content-Encoding") == "gzip"


def test_a_page_for_everybody_is_compressed(client: FlaskClient) -> None:
    make_list()
    cases = [
        JOIN,
        *(
            f"/fr/{name}"
            for name in ("", "privacy", "consent-log", "never", "legal", "accessibility")
        ),
    ]
    for path in cases:
        response = client.get(path, headers=GZIP)
        assert is_compressed(response)
        assert "Accept-Encoding" in response.headers["Vary"]
        assert b"<!DOCTYPE html>" in gzip.decompress(response.data)


def test_the_list_of_compressed_pages_names_pages(app: Flask) -> None:
    assert set(app.view_functions) >= PAGES


def test_a_browser_that_takes_no_gzip_gets_the_page_as_it_is(client: FlaskClient) -> None:
    make_list()
    for accept in ["", "identity", "gzip;q=0", "br", "\x7f;q=;,"]:
        response = client.get(JOIN, headers={"Accept-Encoding": accept})
        assert not is_compressed(response)
        assert "Accept-Encoding" in response.headers["Vary"]
        assert response.text.startswith("<!DOCTYPE html>")


def test_a_page_is_not_compressed_where_somebody_chose_a_part_of_its_address(
    client: FlaskClient,
) -> None:
    make_list()
    assert not is_compressed(client.get(f"{JOIN}?csrf_token=a", headers=GZIP))


def test_a_form_that_is_shown_again_with_what_was_typed_is_not_compressed(
    client: FlaskClient,
) -> None:
    make_list()
    html = client.get(JOIN).text
    fields = {**hidden_values(html), **box_values(html), "email": TYPED}
    response = client.post(JOIN, data=fields, headers=GZIP)
    assert TYPED in response.text
    assert not is_compressed(response)


def test_every_other_page_is_sent_as_it_is(client: FlaskClient) -> None:
    for path in ("/fr/join/none", "/fr/my-data", "/console/sign-in", "/nowhere"):
        assert not is_compressed(client.get(path, headers=GZIP)), path


def test_pages_of_the_console_are_sent_as_they_are(owner_client: FlaskClient) -> None:
    assert not is_compressed(owner_client.get("/console/", headers=GZIP))


def test_long_pages_with_words_of_the_team_alone_are_compressed(owner_client: FlaskClient) -> None:
    draft = make_campaign(make_list())
    paths = [
        *(f"campaigns/{each}" for each in ("new", "start", "week", f"{draft.id}/edit")),
        *(f"campaigns/{draft.id}/decision", f"lists/{draft.mailing_list_id}"),
        *("lists", "settings/theme", "processing-record", "retention"),
    ]
    pages = {each: owner_client.get(f"/console/{each}", headers=GZIP) for each in paths}
    assert [each for each, page in pages.items() if not is_compressed(page)] == []
    assert {each: len(page.data) for each, page in pages.items() if len(page.data) > LONG} == {}


def test_a_page_of_the_team_is_sent_as_it_is_if_its_address_has_a_query(
    owner_client: FlaskClient,
) -> None:
    make_list()
    assert not is_compressed(owner_client.get("/console/campaigns/new?list=1", headers=GZIP))


def test_the_head_of_a_compressed_page_is_that_of_the_page(client: FlaskClient) -> None:
    make_list()
    response = client.head(JOIN, headers=GZIP)
    assert (response.data, is_compressed(response)) == (b"", True)


def test_a_browser_that_has_the_page_gets_no_body(client: FlaskClient) -> None:
    for page in PUBLIC_PAGES:
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
