"""The page of retention times; “Is this email really from us?” answers and keeps nothing."""

import dataclasses
import time

import pytest
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from supporters.web.public.notices.origin_page import one_check
from tests.accountability.test_forged_words import MONEY, add, send_one
from tests.evidence.changed_sources import change_parts
from tests.machinery.minutes import early_in_a_minute

pytestmark = pytest.mark.usefixtures("app")

PAGE = "/fr/genuine"
STRANGER = "From: Parti <contact@parti-dons.example>\n\nDonnez ici : https://x.example/<b>"
PARTS = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'


def test_an_answer_stands_above_what_was_pasted(client: FlaskClient) -> None:
    answer = client.post(PAGE, data={"source": STRANGER})
    assert answer.status_code == 200
    assert "Non, cet e-mail ne vient pas de nous" in answer.text
    assert "https://x.example/&lt;b&gt;" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("source", "words"), [("", "Collez d’abord"), (PARTS * 2_000, "plus de parties")]
)
def test_a_mistake_says_what_to_do(client: FlaskClient, source: str, words: str) -> None:
    answer = client.post(PAGE, data={"source": source})
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("start", ["From: " + "(" * 60_000, "Return-Path: " + "<a@" * 20_000])
def test_an_odd_header_gets_a_page(client: FlaskClient, start: str) -> None:
    assert client.post(PAGE, data={"source": start}).status_code == 200


def test_a_process_checks_one_email_at_a_time(client: FlaskClient) -> None:
    with one_check:
        begun = time.monotonic()
        assert client.post(PAGE, data={"source": STRANGER}).status_code == 429
        assert time.monotonic() - begun < 5
    assert client.post(PAGE, data={"source": STRANGER}).status_code == 200


def test_a_check_that_fails_lets_the_next_one_in(client: FlaskClient) -> None:
    client.post(PAGE, data={"source": PARTS * 2_000})
    assert not one_check.locked()


def test_the_sentence_that_is_not_ours_is_shown_with_the_true_subject(client: FlaskClient) -> None:
    genuine = send_one()[1]
    yes = client.post(PAGE, data={"source": genuine}).text
    assert "Oui, cet e-mail vient de nous" in yes
    answer = client.post(PAGE, data={"source": change_parts(genuine, add)}).text
    assert "Attention" in answer
    assert f"<li>{MONEY}</li>" in answer
    assert "Bonjour, « réunion » à Dole" in answer


def test_every_public_page_leads_there(client: FlaskClient) -> None:
    assert f'href="{PAGE}"' in client.get("/fr/privacy").text
    assert client.get(PAGE).status_code == 200


@pytest.fixture
def strict(settings: Settings) -> FlaskClient:
    """Return a browser of an installation with rate limits."""
    return create_app(dataclasses.replace(settings, signup_rate=5)).test_client()


def test_many_checks_in_a_minute_are_refused(strict: FlaskClient) -> None:
    with early_in_a_minute():
        statuses = {strict.post(PAGE, data={"source": STRANGER}).status_code for _ in range(15)}
    assert statuses == {200, 429}


def test_many_networks_together_are_refused_too(strict: FlaskClient) -> None:
    def check(network: int) -> int:
        address = {"REMOTE_ADDR": f"10.1.{network}.1"}
        return strict.post(PAGE, data={"source": STRANGER}, environ_base=address).status_code

    with early_in_a_minute():
        statuses = [check(each % 60) for each in range(135)]
    assert {*statuses[:100]} == {200}
    assert statuses[-1] == 429
