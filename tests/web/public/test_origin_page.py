"""The page “Is this email really from us?”: it answers, sets no cookie and keeps nothing."""

import dataclasses

import pytest
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from tests.minutes import early_in_a_minute

pytestmark = pytest.mark.usefixtures("app")

PAGE = "/fr/genuine"
STRANGER = "From: Parti <contact@parti-dons.example>\n\nDonnez ici : https://x.example/<b>"


def test_an_answer_stands_above_what_was_pasted(client: FlaskClient) -> None:
    answer = client.post(PAGE, data={"source": STRANGER})
    assert answer.status_code == 200
    assert "Non, cet e-mail ne vient pas de nous" in answer.text
    assert "https://x.example/&lt;b&gt;" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("source", "words"), [("", "Collez d’abord"), ("x" * 300_001, "C’est trop long")]
)
def test_a_mistake_says_what_to_do(client: FlaskClient, source: str, words: str) -> None:
    answer = client.post(PAGE, data={"source": source})
    assert answer.status_code == 422
    assert words in answer.text


def test_every_public_page_leads_there(client: FlaskClient) -> None:
    assert f'href="{PAGE}"' in client.get("/fr/privacy").text
    assert client.get(PAGE).status_code == 200


@pytest.fixture
def strict(settings: Settings) -> FlaskClient:
    """Return a browser of an installation with rate limits."""
    return create_app(dataclasses.replace(settings, signup_rate=5)).test_client()


def test_many_checks_in_a_minute_are_refused(strict: FlaskClient) -> None:
    with early_in_a_minute():
        statuses = {strict.post(PAGE, data={"source": STRANGER}).status_code for _ in range(70)}
    assert statuses == {200, 429}
