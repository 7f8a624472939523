"""A form over a limit is let in by a proof of work or by patience, once, and keeps its text."""

import base64
import dataclasses
import json
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from altcha import solve_challenge
from altcha.v2 import Challenge, Payload
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.config import Settings
from supporters.database import db
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.my_data.my_data_links import answer_waiting_requests
from supporters.signup.models import SignupRequest
from supporters.web.public import proof_of_work
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.proof_of_work import (
    COST,
    FEWEST_TRIES,
    MOST_TRIES,
    PATIENCE,
    VALID_FOR,
    find_entry,
    make_challenge,
)
from tests.factories.lists import make_list
from tests.web.public.pages import box_values, hidden_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("one_minute", "few_tries")]

PAGE = "/fr/join/national"
FRAME = "/fr/embed/national"
FROM_US = {"Sec-Fetch-Site": "same-origin"}
MY_DATA = "/fr/my-data"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow a network one form a minute."""
    return dataclasses.replace(settings, signup_rate=1)


@pytest.fixture
def refused(client: FlaskClient) -> str:
    """Return the page of a signup whose network has used up its minute."""
    make_list()
    html = client.get(PAGE).text
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    client.post(PAGE, data={**fields, "email": "first@example.org"})
    response = client.post(PAGE, data={**fields, "email": "camille@example.org"})
    assert response.status_code == 429
    return response.text


def challenge_of(html: str) -> Challenge:
    """Return the challenge of a page."""
    text = html.partition('data-challenge="')[2].partition('"')[0]
    return Challenge.from_dict(json.loads(unescape(text)))


def solve(challenge: Challenge) -> str:
    """Return the proof that a browser sends."""
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def addresses() -> list[str]:
    """Return the addresses of the stored signups."""
    db.session.rollback()
    return [each.address for each in db.session.query(SignupRequest).order_by(SignupRequest.id)]


@pytest.mark.both_databases
def test_a_proof_lets_a_signup_in_with_all_that_was_typed(
    client: FlaskClient, refused: str
) -> None:
    proof = solve(challenge_of(refused))
    response = client.post(PAGE, data={**hidden_values(refused), "proof": proof})
    assert response.status_code == 303
    assert addresses() == ["first@example.org", "camille@example.org"]


def test_a_proof_needs_thousands_of_tries(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "FEWEST_TRIES", FEWEST_TRIES)
    monkeypatch.setattr(proof_of_work, "MOST_TRIES", MOST_TRIES)
    challenge = Challenge.from_dict(json.loads(make_challenge(LimitedForm.SIGNUP)))
    assert challenge.parameters.cost == COST
    solution = solve_challenge(challenge)
    assert solution is not None
    assert 3_000 <= FEWEST_TRIES <= solution.counter < MOST_TRIES


def test_a_proof_works_once_also_in_another_process(client: FlaskClient, refused: str) -> None:
    fields = {**hidden_values(refused), "proof": solve(challenge_of(refused))}
    statuses = [client.post(PAGE, data=fields).status_code for _ in range(3)]
    assert statuses == [303, 429, 429]


def test_a_proof_is_of_one_form(client: FlaskClient, refused: str) -> None:
    proof = solve(challenge_of(refused))
    with client.application.app_context():
        assert find_entry(LimitedForm.MY_DATA, proof, "") is None


def test_a_proof_is_of_twenty_minutes(client: FlaskClient, refused: str) -> None:
    fields = {**hidden_values(refused), "proof": solve(challenge_of(refused))}
    with time_machine.travel(clock.now() + VALID_FOR + timedelta(minutes=1)):
        client.post(PAGE, data={**fields, "proof": ""})
        assert client.post(PAGE, data=fields).status_code == 429


@pytest.mark.parametrize("proof", ["", "x", "e30=", "A" * 5_000, "ü", "[" * 1_500])
def test_no_proof_is_none(client: FlaskClient, refused: str, proof: str) -> None:
    fields = {**hidden_values(refused), "proof": proof}
    assert client.post(PAGE, data=fields).status_code == 429


def test_an_altered_challenge_is_refused(client: FlaskClient, refused: str) -> None:
    proof = json.loads(base64.b64decode(solve(challenge_of(refused))))
    proof["challenge"]["parameters"]["expiresAt"] += 3600
    altered = base64.b64encode(json.dumps(proof).encode()).decode()
    fields = {**hidden_values(refused), "proof": altered}
    assert client.post(PAGE, data=fields).status_code == 429


def test_proofs_have_a_limit_of_their_own(client: FlaskClient, refused: str) -> None:
    statuses = []
    with client.application.app_context():
        for _ in range(6):
            proof = solve(Challenge.from_dict(json.loads(make_challenge(LimitedForm.SIGNUP))))
            fields = {**hidden_values(refused), "proof": proof}
            statuses.append(client.post(PAGE, data=fields).status_code)
    assert statuses == [303] * 4 + [429] * 2


def use_up(client: FlaskClient, fields: dict[str, str]) -> None:
    """Let somebody else of the network use up the present minute."""
    client.post(PAGE, data={**fields, "waiting": "", "email": "other@example.org"})


def test_without_scripts_a_form_is_let_in_after_three_minutes(
    client: FlaskClient, refused: str
) -> None:
    assert "Attendez 3 minutes" in refused
    fields = hidden_values(refused)
    with time_machine.travel(clock.now() + PATIENCE + timedelta(seconds=1), tick=False):
        use_up(client, fields)
        statuses = [client.post(PAGE, data=fields).status_code for _ in range(2)]
    assert statuses == [303, 429]


def test_a_press_that_comes_early_costs_no_time(client: FlaskClient, refused: str) -> None:
    fields = hidden_values(refused)
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        use_up(client, fields)
        early = client.post(PAGE, data=fields)
    assert early.status_code == 429
    assert "Attendez 1 minute," in early.text
    assert hidden_values(early.text)["waiting"] == fields["waiting"]


def test_a_site_that_is_full_asks_for_a_proof_as_well(client: FlaskClient) -> None:
    make_list()
    html = client.get(PAGE).text
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    for number in range(60):
        other = {**fields, "email": f"a@host{number}.example"}
        client.post(PAGE, data=other, environ_base={"REMOTE_ADDR": f"203.0.{number}.1"})
    full = client.post(PAGE, data={**fields, "email": "camille@example.org"})
    assert full.status_code == 503
    again = {**hidden_values(full.text), "proof": solve(challenge_of(full.text))}
    assert client.post(PAGE, data=again).status_code == 303


def test_a_full_signup_leaves_my_data_open_and_the_other_way_round(
    client: FlaskClient, refused: str
) -> None:
    ask = {**hidden_values(client.get(MY_DATA).text), "email": "camille@example.org"}
    statuses = [client.post(MY_DATA, data=ask).status_code for _ in range(2)]
    assert statuses == [303, 429]


@pytest.mark.both_databases
def test_my_data_over_its_limit_comes_back_filled_in_and_is_let_in_by_a_proof(
    client: FlaskClient,
) -> None:
    ask = {**hidden_values(client.get(MY_DATA).text), "email": "camille@example.org"}
    client.post(MY_DATA, data=ask)
    page = client.post(MY_DATA, data=ask).text
    kept = hidden_values(page)
    assert kept["email"] == "camille@example.org"
    assert "inscri" not in page.partition("<main")[2].partition("</main")[0]
    response = client.post(MY_DATA, data={**kept, "proof": solve(challenge_of(page))})
    assert response.headers["Location"].endswith("/fr/my-data/sent")
    answer_waiting_requests()
    kinds = [each.kind for each in db.session.query(OutboxEmail)]
    assert kinds == [EmailKind.MY_DATA, EmailKind.MY_DATA]


def test_the_answer_is_the_same_for_every_address(client: FlaskClient, refused: str) -> None:
    pages = []
    for address in ("first@example.org", "nobody@example.org"):
        ask = {**hidden_values(client.get(MY_DATA).text), "email": address}
        client.post(MY_DATA, data=ask)
        fields = {**hidden_values(refused), "email": address}
        pages.append(client.post(PAGE, data=fields).status_code)
    assert pages == [429, 429]


@pytest.fixture
def refused_frame(client: FlaskClient) -> str:
    """Return the answer to a frame whose network has used up its minute. A frame has no cookie."""
    make_list()
    html = client.get(FRAME).text
    client.delete_cookie("session")
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    client.post(FRAME, data={**fields, "email": "first@example.org"}, headers=FROM_US)
    sent = {**fields, "email": "camille@example.org"}
    response = client.post(FRAME, data=sent, headers=FROM_US)
    assert response.status_code == 429
    return response.text


@pytest.mark.both_databases
def test_a_frame_calculates_as_our_page_does(client: FlaskClient, refused_frame: str) -> None:
    assert "js/waiting" in refused_frame
    assert 'class="embedded"' in refused_frame
    assert "site-footer" not in refused_frame
    proof = solve(challenge_of(refused_frame))
    sent = {**hidden_values(refused_frame), "proof": proof}
    response = client.post(FRAME, data=sent, headers=FROM_US)
    assert response.location == f"{FRAME}?sent=1"
    assert addresses() == ["first@example.org", "camille@example.org"]
    assert 'role="status"' in client.get(response.location).text


@pytest.mark.both_databases
def test_a_frame_leads_to_its_own_end(refused_frame: str) -> None:
    assert f'data-next="{FRAME}?sent=1"' in refused_frame


def test_a_form_that_no_page_of_ours_sent_is_not_sent_by_itself(
    client: FlaskClient, refused_frame: str
) -> None:
    answer = client.post(FRAME, data=hidden_values(refused_frame))
    assert answer.status_code == 429
    assert "js/waiting" not in answer.text


@pytest.mark.both_databases
def test_a_browser_without_cookies_calculates_too(app: Flask) -> None:
    make_list()
    client = app.test_client(use_cookies=False)
    html = client.get(PAGE).text
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    client.post(PAGE, data={**fields, "email": "first@example.org"}, headers=FROM_US)
    sent = {**fields, "email": "camille@example.org"}
    refused = client.post(PAGE, data=sent, headers=FROM_US)
    assert (refused.status_code, 'data-next="/fr/check?sent=1"' in refused.text) == (429, True)
    again = {**hidden_values(refused.text), "proof": solve(challenge_of(refused.text))}
    assert client.post(PAGE, data=again, headers=FROM_US).location == "/fr/check?sent=1"
    assert addresses() == ["first@example.org", "camille@example.org"]
