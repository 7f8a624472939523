"""Readers load a picture without a cookie, from anywhere, once a year at most."""

import pytest
from flask.testing import FlaskClient
from PIL import Image

from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.stored_pictures import delete_picture
from tests.factories.accounts import make_owner, sign_in
from tests.factories.pictures import file_with, make_picture

ANSWERS_NOTHING = [
    *("x", "x.jpg", ".jpg", "../x.jpg", "a/b.jpg", "%00.jpg", "x.svg"),
    "0123456789abcdefghijkl.jpg",
]


@pytest.fixture
def picture() -> Picture:
    """Return a picture of the library."""
    return make_picture()


def test_a_picture_is_served_as_what_it_is(client: FlaskClient, picture: Picture) -> None:
    answer = client.get(f"/i/{picture.name}.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert len(answer.data) == picture.octets
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_transparent_picture_is_served_as_a_png(client: FlaskClient) -> None:
    transparent = make_picture(file_with(Image.new("RGBA", (9, 9), (1, 2, 3, 4)), "PNG"))
    assert client.get(f"/i/{transparent.name}.png").mimetype == "image/png"
    assert client.get(f"/i/{transparent.name}.jpg").status_code == 404


def test_a_picture_is_kept_by_mail_programs_and_their_proxies(
    client: FlaskClient, picture: Picture
) -> None:
    answer = client.get(f"/i/{picture.name}.jpg")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(f"/i/{picture.name}.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_picture_sets_and_reads_no_cookie(client: FlaskClient, picture: Picture) -> None:
    signed_in = sign_in(client.application, make_owner())
    for browser in (client, signed_in):
        answer = browser.get(f"/i/{picture.name}.jpg")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_an_address_without_a_picture_answers_404(client: FlaskClient) -> None:
    faults = [name for name in ANSWERS_NOTHING if client.get(f"/i/{name}").status_code != 404]
    assert not faults


def test_a_deleted_picture_is_gone(client: FlaskClient, picture: Picture) -> None:
    delete_picture(picture.id)
    assert client.get(f"/i/{picture.name}.jpg").status_code == 404
