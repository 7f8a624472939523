"""The short address of a list, for leaflets, leads to its page in the reader's language."""

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.usefixtures("mailing_list")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_leads_to_the_page_in_the_language_of_the_browser(
    client: FlaskClient, language: str
) -> None:
    answer = client.get("/national?from=tract", headers={"Accept-Language": language})
    assert answer.headers["Location"] == f"/{language}/join/national?from=tract"


@pytest.mark.parametrize("typed", ["/National", "/Nati%C3%B6nal", "/NATIONAL", "/national/"])
def test_a_word_is_read_as_it_was_meant(client: FlaskClient, typed: str) -> None:
    assert client.get(typed).headers["Location"] == "/fr/join/national"


def test_it_keeps_only_what_the_page_reads(client: FlaskClient) -> None:
    answer = client.get("/national?slug=other&lang_code=en&x=1&email=ada@example.org")
    assert answer.headers["Location"] == "/fr/join/national?email=ada@example.org"


def test_an_unknown_word_is_not_found(client: FlaskClient) -> None:
    for path in ("/nothing-here", "/nothing-here/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/fr", "/en", "/console"])
def test_the_addresses_of_sections_stay_theirs(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"http://localhost{path}/")


@pytest.mark.parametrize("path", ["/wp-login.php", "/.env", "/x.y", "/x.y/"])
def test_what_can_be_no_list_is_not_found_at_once(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
