"""The legal notice, the accessibility page, the source code, security.txt and the small files."""

import dataclasses
import io
import tarfile
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock, create_app
from supporters.config import Settings
from tests.architecture.test_tracked_files import tracked_files
from tests.factories.lists import make_list
from tests.factories.signups import confirm_token, request_to_join
from tests.machinery.minutes import early_in_a_minute
from tests.markup import Markup
from tests.web.public.pages import press

LANGUAGES = ("fr", "en")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(
        settings, hosting="Hébergeur SA, 2 rue du Port, Brest", publication_director="Ada Ducros"
    )


def test_every_page_leads_there(client: FlaskClient) -> None:
    make_list()
    for language in LANGUAGES:
        for page in ["legal", "accessibility"]:
            for start in (f"/{language}/", f"/{language}/join/national", f"/{language}/privacy"):
                assert f"/{language}/{page}" in Markup(client.get(start).text).links
            assert client.get(f"/{language}/{page}").status_code == 200


def test_the_foot_of_a_page_is_short_and_folds_the_rest(client: FlaskClient) -> None:
    make_list()
    foot = client.get("/fr/").text.partition("<footer")[2]
    shown, folded = map(Markup, foot.split("<details"))
    pages = {"/fr/privacy", "/fr/my-data", "/fr/legal", "/fr/accessibility"}
    assert {each for each in shown.links if not each.startswith("mailto:")} == pages
    assert {"/fr/genuine", "/fr/never", "/fr/consent-log"} < folded.links


def test_the_legal_notice_names_publisher_and_host(client: FlaskClient, settings: Settings) -> None:
    html = client.get("/fr/legal").text
    for said in (
        settings.party_name,
        settings.party_address,
        settings.party_contact,
        settings.hosting,
        settings.publication_director,
    ):
        assert said in html


@pytest.fixture
def incomplete(settings: Settings) -> Settings:
    """Return settings of production whose legal notice lacks the host."""
    return dataclasses.replace(settings, is_development=False, hosting="")


def test_no_signup_page_opens_before_the_legal_notice_is_complete(
    app: Flask, incomplete: Settings
) -> None:
    make_list()
    browser = create_app(incomplete).test_client()
    for method in ("GET", "POST"):
        answer = browser.open("/fr/join/national", method=method)
        assert answer.status_code == 503
        assert "SUPPORTERS_HOSTING" in answer.text
        assert "SUPPORTERS_PUBLICATION_DIRECTOR" not in answer.text


def test_links_go_on_working_without_a_complete_legal_notice(
    app: Flask, incomplete: Settings
) -> None:
    asked = request_to_join("camille@example.org", make_list())
    browser = create_app(incomplete).test_client()
    page = f"/fr/confirm/{confirm_token(asked)}"
    assert browser.get(page).status_code == 200
    assert press(browser, page).status_code in {200, 303}
    assert browser.get("/fr/my-data").status_code == 200


def test_a_complete_legal_notice_opens_the_signup_pages(app: Flask, settings: Settings) -> None:
    make_list()
    production = create_app(dataclasses.replace(settings, is_development=False))
    assert production.test_client().get("/fr/join/national").status_code == 200


def test_the_source_archive_has_no_secret(client: FlaskClient) -> None:
    link = next(each for each in Markup(client.get("/fr/").text).links if "source" in each)
    answer = client.get(link)
    with tarfile.open(fileobj=io.BytesIO(answer.data), mode="r:gz") as source:
        names = source.getnames()
        module = source.extractfile("supporters/supporters/web/public/notices/about_pages.py")
        assert module is not None
        assert b"def source" in module.read()
    assert {"supporters/LICENSE", "supporters/app.py", "supporters/templates/public/base.html"} <= {
        *names
    }
    kept_back = {"instance", ".venv", ".git", ".env", "__pycache__"}
    assert [name for name in names if kept_back & {*name.split("/")}] == []


LEFT_OUT: dict[str, str] = {}  # tracked files that the archive has not, with the reason


def test_the_source_archive_has_every_tracked_file(client: FlaskClient) -> None:
    archive = io.BytesIO(client.get("/source.tar.gz").data)
    with tarfile.open(fileobj=archive, mode="r:gz") as source:
        packed = {each.name.partition("/")[2] for each in source.getmembers() if each.isfile()}
    assert set(tracked_files()) - packed == set(LEFT_OUT)


def test_a_network_gets_few_archives_a_minute(app: Flask, settings: Settings) -> None:
    strict = create_app(dataclasses.replace(settings, signup_rate=5)).test_client()
    with early_in_a_minute():
        statuses = [strict.get("/source.tar.gz").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_another_source_can_be_named(settings: Settings) -> None:
    elsewhere = "https://forge.example/party"
    app = create_app(dataclasses.replace(settings, source_url=elsewhere))
    assert elsewhere in Markup(app.test_client().get("/fr/legal").text).links


def test_security_txt_names_a_contact_and_is_never_stale(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:bonjour@parti.example"
    assert fields["Preferred-Languages"] == "fr, en"
    left = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert timedelta(days=90) < left < timedelta(days=365)


def test_robots_txt_excludes_private_pages(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /console/", "Disallow: /leave/", "Disallow: /*/confirm/"} <= {*lines}


def test_the_icon_that_browsers_ask_for_is_there(client: FlaskClient) -> None:
    with closing(client.get("/favicon.ico", buffered=True)) as answer:
        assert (answer.status_code, answer.data[:4]) == (200, b"\0\0\1\0")
        assert "max-age" in answer.headers["Cache-Control"]


def test_pages_without_a_form_set_no_cookie(client: FlaskClient) -> None:
    for page in ("/fr/", "/fr/privacy", "/fr/legal", "/fr/accessibility", "/robots.txt"):
        assert client.get(page).headers.get("Set-Cookie") is None, page


def test_the_notice_describes_the_cookie_correctly(client: FlaskClient) -> None:
    html = client.get("/en/privacy").text
    assert "deleted when you close the browser" in html
    assert "only while you fill in a form" not in html


def test_a_page_has_an_icon_for_the_first_screen_of_a_telephone(client: FlaskClient) -> None:
    html = client.get("/fr/privacy").text
    icon = html.partition('rel="apple-touch-icon" href="')[2].partition('"')[0]
    with closing(client.get(icon, buffered=True)) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/png")


@pytest.mark.parametrize("path", ["/fr/nowhere", "/nowhere"])
def test_an_address_without_a_page_leads_to_the_open_lists(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "listes ouvertes sur la page d’accueil" in answer.text
