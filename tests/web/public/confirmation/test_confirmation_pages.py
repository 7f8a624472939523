"""The links of the confirmation email: a GET changes nothing, the button does."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.models import Suppression
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.signup.models import SignupRequest
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    not_me_token,
    request_to_join,
    values_in,
)
from tests.machinery.prepared_states import made_once
from tests.web.public.pages import press


@made_once
def links(app: Flask) -> dict[str, str]:
    """Return the paths of the links in an email, by name."""
    values = values_in(email_of_request(request_to_join("camille@example.org", make_list())))
    return {
        name: str(values[name]).removeprefix("http://localhost")
        for name in ("confirm_url", "not_me_url")
    }


def test_opening_the_link_in_any_way_changes_nothing(
    client: FlaskClient, links: dict[str, str]
) -> None:
    for _ in range(5):
        assert client.get(links["confirm_url"]).status_code == 200
    client.head(links["confirm_url"])
    client.options(links["confirm_url"])
    client.get(links["confirm_url"], headers={"Sec-Purpose": "prefetch"})
    client.get(links["not_me_url"])
    assert count_rows(Subscription) == 0
    assert press(client, links["confirm_url"]).status_code == 200
    assert count_rows(Subscription) == 1


def test_nothing_presses_the_button_by_itself(client: FlaskClient, links: dict[str, str]) -> None:
    html = client.get(links["confirm_url"]).text
    assert "http-equiv" not in html
    assert "<script" not in html
    assert html.count('type="submit"') == 1


def test_after_the_button_the_page_shows_the_consent_and_how_to_unsubscribe(
    client: FlaskClient, links: dict[str, str]
) -> None:
    html = press(client, links["confirm_url"]).text
    assert "La Lettre nationale" in html
    assert "Parti de l’Exemple" in html
    assert "/fr/subscriptions/" in html


def test_pressing_twice_shows_the_same(client: FlaskClient, links: dict[str, str]) -> None:
    first = press(client, links["confirm_url"])
    second = press(client, links["confirm_url"])
    assert (first.status_code, second.status_code) == (200, 200)
    assert count_rows(Subscription) == 1


def test_a_forged_link_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    for token in ("nonsense", "a.b.c", "x" * 600):
        response = client.get(f"/fr/confirm/{token}")
        assert response.status_code == 404
        assert "/fr/" in response.text


def test_a_confirmation_link_does_nothing_on_the_leave_page(
    client: FlaskClient, links: dict[str, str]
) -> None:
    token = links["confirm_url"].rpartition("/")[2]
    assert client.post(f"/leave/{token}").status_code == 404
    assert client.get(f"/fr/subscriptions/{token}").status_code == 410


def test_not_me_cancels_the_request(client: FlaskClient, links: dict[str, str]) -> None:
    assert press(client, links["not_me_url"]).status_code == 200
    assert press(client, links["confirm_url"]).status_code == 200
    assert count_rows(Subscription) == 0


def test_pages_with_a_token_send_no_referrer_and_are_not_cached(
    client: FlaskClient, links: dict[str, str]
) -> None:
    for path in links.values():
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_scanner_changes_nothing_by_the_link_it_was_not_me(
    client: FlaskClient, method: str
) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    page = f"/fr/not-me/{not_me_token(public_id)}"
    answer = getattr(client, method)(page)
    assert answer.status_code == 200
    request = db.session.scalars(db.select(SignupRequest)).one()
    db.session.refresh(request)
    assert request.refused_at is None
    assert db.session.scalars(db.select(Suppression)).all() == []
    press(client, page)
    assert db.session.scalars(db.select(Suppression)).all() != []
