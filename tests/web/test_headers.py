"""Headers of every page, errors included; and that pages load nothing from elsewhere."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import make_list

PAGES = ["/fr/", "/en/join/national", "/fr/privacy", "/console/sign-in", "/nowhere"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_allow_no_inline_script_and_no_framing(client: FlaskClient, page: str) -> None:
    make_list()
    policy = client.get(page).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("page", PAGES)
def test_pages_load_nothing_from_elsewhere(client: FlaskClient, page: str) -> None:
    make_list()
    html = client.get(page).text
    loaded = re.findall(r'<(?:link|script|img|iframe)[^>]*(?:href|src)="([^"]+)"', html)
    assert loaded
    assert [address for address in loaded if not address.startswith("/")] == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_have_no_inline_script_or_style(client: FlaskClient, page: str) -> None:
    make_list()
    html = client.get(page).text
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)


def test_the_first_visit_sets_no_cookie_but_the_session(client: FlaskClient) -> None:
    make_list()
    cookies = client.get("/fr/join/national").headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["session"]


def test_every_write_route_but_the_one_click_address_needs_a_token(app: Flask) -> None:
    client = app.test_client()
    make_list()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint == "public.leave":
            continue
        values = {name: "fr" if name in {"lang_code", "code"} else "1" for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        assert client.post(path).status_code in {302, 400, 404, 415}, rule
