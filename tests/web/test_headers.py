"""The headers of all pages, the session cookie, and no resources from other sites."""

import re

from flask.testing import FlaskClient

from tests.factories.lists import make_list

PAGES = ["/fr/", "/en/join/national", "/fr/privacy", "/console/sign-in", "/nowhere"]


def test_pages_allow_no_inline_script_and_no_framing(client: FlaskClient) -> None:
    make_list()
    for page in PAGES:
        policy = client.get(page).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_pages_load_nothing_from_elsewhere(client: FlaskClient) -> None:
    make_list()
    for page in PAGES:
        html = client.get(page).text
        loaded = re.findall(r'<(?:link|script|img|iframe)[^>]*(?:href|src)="([^"]+)"', html)
        assert loaded
        assert [address for address in loaded if not address.startswith("/")] == []


def test_pages_have_no_inline_script_or_style(client: FlaskClient) -> None:
    make_list()
    for page in PAGES:
        html = client.get(page).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)


def test_the_first_visit_sets_no_cookie_but_the_session(client: FlaskClient) -> None:
    make_list()
    cookies = client.get("/fr/join/national").headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["session"]


def test_no_other_site_may_embed_an_answer_and_no_page_may_use_sensors(client: FlaskClient) -> None:
    make_list()
    for page in [*PAGES, "/static/css/base.css", "/readyz"]:
        headers = client.get(page).headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        rules = dict(each.split("=") for each in headers["Permissions-Policy"].split(", "))
        assert {rules[name] for name in ("camera", "microphone", "geolocation", "usb")} == {"()"}
        assert rules["publickey-credentials-get"] == "(self)"


def test_an_altered_cookie_is_no_session(client: FlaskClient) -> None:
    make_list()
    client.get("/fr/join/national")
    cookie = client.get_cookie("session", domain="localhost")
    assert cookie is not None
    with client.session_transaction() as session:
        first = session["csrf_token"]
    client.set_cookie("session", f"{cookie.value[:-3]}AAA", domain="localhost")
    client.get("/fr/join/national")
    with client.session_transaction() as session:
        assert session["csrf_token"] != first
