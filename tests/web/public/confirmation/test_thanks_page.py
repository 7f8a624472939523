"""The page after a confirmation: what happens next, sharing, the code of a list, leaving last."""

import re

import pytest
from flask.testing import FlaskClient

from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.mailing_lists import close_list
from tests.factories.confirmations import link
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, request_to_join
from tests.web.public.pages import hidden_values, ticked_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NEXT = "Le prochain e-mail part début décembre."


def confirm(client: FlaskClient) -> str:
    """Confirm a sign-up, and return the page."""
    path = link(to=ADDRESS)
    html = client.get(path).text
    client.post(path, data={**hidden_values(html), **ticked_values(html)})
    return client.get(path).text


def test_the_page_says_what_happens_next_before_anything_about_leaving(client: FlaskClient) -> None:
    mailing_list = make_list()
    change_thanks(mailing_list.id, {"fr": ThanksText(next_email=NEXT)})
    request_to_join(ADDRESS, mailing_list)
    page = confirm(client)
    assert page.index(NEXT) < page.index("wa.me") < page.index("/fr/receipt/")
    assert page.index("/fr/receipt/") < page.index("/fr/subscriptions/")


def test_the_proof_of_the_consent_is_folded_below_its_title(client: FlaskClient) -> None:
    request_to_join(ADDRESS, make_list())
    fold = re.search(
        r"<summary>La preuve de votre accord</summary>.*?</details>", confirm(client), re.DOTALL
    )
    assert fold
    assert "/fr/receipt/" in fold[0]


def test_friends_get_the_public_address_and_nothing_of_the_person(client: FlaskClient) -> None:
    request_to_join(ADDRESS, make_list())
    page = confirm(client)
    for way in ("https://wa.me/?text=", "sms:?&amp;body=", "mailto:?subject="):
        start = page.index(way)
        shared = page[start : page.index('"', start)]
        assert re.search(r"(/|%2F)national$", shared)
        assert "ada" not in shared
        assert "/confirm/" not in shared
    assert 'src="/join/national/qr.svg"' in page


def test_the_code_of_a_list_is_a_drawing_for_everybody(client: FlaskClient) -> None:
    mailing_list = make_list()
    answer = client.get("/join/national/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "Set-Cookie" not in answer.headers
    assert answer.cache_control.public
    close_list(mailing_list.id)
    assert client.get("/join/national/qr.svg").status_code == 404
    assert client.get("/join/nowhere/qr.svg").status_code == 404
