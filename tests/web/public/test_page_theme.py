"""The party's theme on public pages: colours, logo, pictures, icon and the card of shared links."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from supporters.fast_path import site_edition
from supporters.mail.social_links import Network
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture, plain_file
from tests.factories.themes import choose_theme
from tests.web.public.pages import hidden_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

HOME, JOIN, ASK = "/fr/", "/fr/join/national", "/fr/my-data"
STYLE = re.compile(r'href="(/theme/[0-9a-f]{12}\.css)"')
ICON = re.compile(r'<link rel="icon" href="(/theme/[0-9a-f]{12}\.png)"')
FACEBOOK = "https://www.facebook.com/parti"
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each GET look whether the theme has changed, so that no test waits."""
    monkeypatch.setattr(site_edition, "SECONDS_BETWEEN_LOOKS", 0)


def test_a_page_that_reads_nothing_of_the_site_looks_for_a_new_face(client: FlaskClient) -> None:
    assert not STYLE.search(client.get(ASK).text)
    choose_theme()
    assert STYLE.search(client.get(ASK).text)


def test_pages_have_the_colours_of_the_party_as_one_file_that_browsers_keep(
    client: FlaskClient,
) -> None:
    assert not STYLE.search(client.get(HOME).text)
    choose_theme()
    page = client.get(HOME).text
    address = STYLE.search(page)
    assert address
    style = client.get(address[1])
    assert "--banner:#7a1f5c" in style.text
    assert "prefers-color-scheme:dark" in style.text
    assert style.headers["Cache-Control"] == IMMUTABLE
    assert style.mimetype == "text/css"
    assert "Set-Cookie" not in style.headers
    assert '<meta name="theme-color" content="#7a1f5c">' in page
    choose_theme(accent="#004400")
    assert STYLE.search(client.get(HOME).text)[1] != address[1]  # type: ignore[index]
    assert client.get(address[1]).headers["Cache-Control"] == "public, no-cache"


def test_pages_have_the_logo_the_header_picture_and_the_networks(client: FlaskClient) -> None:
    make_list()
    logo, picture = make_picture(), make_picture(plain_file(size=(1200, 300)))
    choose_theme(
        logo_id=logo.id,
        logo_alt="Notre logo",
        shows_name=False,
        picture_id=picture.id,
        picture_alt="La foule",
        links={Network.FACEBOOK: FACEBOOK},
    )
    home, join = client.get(HOME).text, client.get(JOIN).text
    for page in (home, join):
        assert f'src="/i/{logo.name}.jpg" alt="Notre logo"' in page
        assert f'href="{FACEBOOK}"' in page
    assert f'src="/i/{picture.name}.jpg" alt="La foule"' in home
    assert client.get(f"/i/{picture.name}.jpg").status_code == 200
    assert "theme-picture" not in join  # the form comes first there


def test_the_icon_is_a_small_square_of_the_chosen_picture(client: FlaskClient) -> None:
    wide = make_picture(plain_file(size=(400, 100)))
    with client.get("/favicon.ico") as own:
        assert own.mimetype != "image/png"
    choose_theme(icon_id=wide.id)
    address = ICON.search(client.get(HOME).text)
    assert address
    for path in (address[1], "/favicon.ico"):
        answer = client.get(path)
        assert answer.mimetype == "image/png"
        assert Image.open(io.BytesIO(answer.data)).size == (192, 192)


def test_a_shared_link_has_a_card_with_the_words_of_the_party(client: FlaskClient) -> None:
    make_list()
    card = make_picture(plain_file(size=(1200, 630)))
    choose_theme(share_id=card.id, share_words={"fr": "Rejoignez-nous <3", "en": ""})
    home, join = client.get(HOME).text, client.get(JOIN).text
    assert '<meta property="og:description" content="Rejoignez-nous &lt;3">' in home
    assert f'/i/{card.name}.jpg">' in home
    assert re.search(r'property="og:url" content="https?://[^/"]+/fr/join/national"', join)
    assert re.search(r'property="og:title" content="[^"]*La Lettre', join)
    assert "og:" not in client.get("/fr/legal").text


def test_a_new_face_is_no_new_page_for_the_proof(client: FlaskClient) -> None:
    make_list()
    before = hidden_values(client.get(JOIN).text)["page"]
    choose_theme(logo_id=make_picture().id, share_words={"fr": "Rejoignez-nous", "en": ""})
    page = client.get(JOIN).text
    assert STYLE.search(page)
    assert hidden_values(page)["page"] == before


def test_an_unknown_file_of_the_face_is_not_found(client: FlaskClient) -> None:
    assert client.get("/theme/0123456789ab.css").status_code == 404
    choose_theme()
    assert client.get("/theme/0123456789ab.png").status_code == 404
    assert client.get("/theme/anything.txt").status_code == 404


def test_an_error_page_has_the_face_that_the_process_knows(app: Flask, client: FlaskClient) -> None:
    choose_theme()
    client.get(HOME)
    assert STYLE.search(client.get("/fr/nowhere").text)
