"""A program gets each answer as JSON, with a way on: how to keep an address, or a challenge."""

import dataclasses
import json
from ipaddress import ip_network

import pytest
from altcha.v2 import Challenge
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from supporters.config import Settings
from supporters.database import db, transaction
from supporters.signup.models import SignupRequest
from supporters.web.form_servers import VISITOR
from tests.factories.lists import make_closed_list, make_list
from tests.machinery.exhausted_pool import exhausted_pool
from tests.machinery.prepared_states import made_once
from tests.web.public.test_proof_of_work import solve

pytestmark = pytest.mark.usefixtures("one_minute", "few_tries", "a_list")

PROGRAM = "/api/forms/national"
OURS, THEIRS = "https://www.parti.example", "https://evil.example"
SERVER, VISITORS = "203.0.113.7", [f"198.51.{number}.0/24" for number in range(40)]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with a site and a server of the party, and few forms a minute."""
    servers = (ip_network("203.0.113.0/28"),)
    return dataclasses.replace(settings, form_origins=(OURS,), form_servers=servers, signup_rate=2)


@made_once
def a_list(app: object) -> None:
    """Create an open list and a closed one."""
    make_list()
    make_closed_list()


def fill(client: FlaskClient, **more: object) -> dict[str, object]:
    form = client.get(PROGRAM).get_json()
    boxes = {each["field"]: each["value"] for each in form["boxes"]}
    age = {form["age_box"]["field"]: form["age_box"]["value"]}
    return {**form["send_back"], **boxes, **age, "email": "ada@example.org", **more}


def send(client: FlaskClient, *, sender: str = "127.0.0.1", **more: object) -> TestResponse:
    """Fill in a form, and send it at once."""
    return client.post(PROGRAM, json=fill(client, **more), environ_base={"REMOTE_ADDR": sender})


def stored() -> list[str]:
    db.session.rollback()
    return [*db.session.scalars(select(SignupRequest.address).order_by(SignupRequest.id))]


def test_a_question_about_an_address_names_the_suggestion_and_how_to_keep_it(
    client: FlaskClient,
) -> None:
    answer = send(client, email="Ada@gmial.com")
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (422, "address_questioned")
    assert told["suggestion"] == "Ada@gmail.com"
    assert [each["field"] for each in told["faults"]] == ["email"]
    assert send(client, email="Ada@gmial.com", **told["keep"]).status_code == 202
    assert stored() == ["Ada@gmial.com"]


def test_the_description_names_the_field_that_keeps_an_address(client: FlaskClient) -> None:
    form = client.get(PROGRAM).get_json()
    assert (form["kept_address_field"], form["proof_field"]) == ("kept_email", "proof")


def test_a_text_that_is_no_address_has_a_suggestion_and_cannot_be_kept(client: FlaskClient) -> None:
    told = send(client, email="ada@gmail,com").get_json()
    assert (told["code"], told["suggestion"], told["keep"]) == ("faults", "ada@gmail.com", None)


def test_a_changed_page_has_a_code_of_its_own(client: FlaskClient) -> None:
    assert send(client, page="0" * 64).get_json()["code"] == "page_changed"


def test_a_form_over_a_limit_gets_a_challenge_and_is_let_in_by_its_solution(
    client: FlaskClient,
) -> None:
    statuses = [send(client, email=f"a{number}@example.org").status_code for number in range(2)]
    refused = send(client)
    told = refused.get_json()
    assert (statuses, refused.status_code, told["code"]) == ([202, 202], 429, "over_limit")
    assert int(refused.headers["Retry-After"]) > 0
    assert told["wait"]["minutes"] == 3
    proof = solve(Challenge.from_dict(told["challenge"]["value"]))
    assert send(client, **{told["challenge"]["field"]: proof}).status_code == 202
    assert len(stored()) == 3


@pytest.mark.parametrize(
    ("status", "path", "options"),
    [
        (400, PROGRAM, {"data": "[]", "content_type": "application/json"}),
        (400, PROGRAM, {"json": {str(number): "" for number in range(201)}}),
        (403, PROGRAM, {"json": {}, "headers": {"Origin": THEIRS}}),
        (404, "/api/forms/nothing", {"json": {}}),
        (404, "/api/nowhere", {"json": {}}),
        (405, PROGRAM, {"method": "PUT"}),
        (410, "/api/forms/closed", {"json": {}}),
        (413, PROGRAM, {"data": b"x" * 20_000_000, "content_type": "application/json"}),
        (415, PROGRAM, {"data": "email=x", "content_type": "text/plain"}),
        (415, PROGRAM, {}),
        (422, PROGRAM, {"json": {}}),
    ],
)
def test_each_refusal_is_json_with_a_code_a_sentence_and_what_to_do(
    client: FlaskClient, status: int, path: str, options: dict[str, object]
) -> None:
    answer = client.open(path, **{"method": "POST", **options})  # type: ignore[arg-type]
    assert answer.status_code == status
    told = answer.get_json()
    assert all(told[each] for each in ("code", "message", "what_to_do"))


def test_a_failure_is_json_too(client: FlaskClient) -> None:
    fields = fill(client)
    with exhausted_pool():
        busy = client.post(PROGRAM, json=fields)
    with transaction():
        db.session.execute(text("ALTER TABLE outbox_email RENAME TO elsewhere"))
    gone = client.post(PROGRAM, json=fields)
    assert [(each.status_code, each.get_json()["code"]) for each in (busy, gone)] == [
        (503, "busy"),
        (503, "busy"),
    ]


def test_a_bug_is_json_too(app: Flask, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(**_: object) -> None:
        raise ZeroDivisionError

    app.view_functions["public.form_words"] = fail
    answer = client.get(PROGRAM)
    assert (answer.status_code, answer.get_json()["code"]) == (500, "failure")


def test_pages_of_our_sites_may_read_refusals_too(client: FlaskClient) -> None:
    answers = [
        client.put(PROGRAM, headers={"Origin": OURS}),
        client.get("/api/forms/nothing", headers={"Origin": OURS}),
    ]
    allowed = [each.headers.get("Access-Control-Allow-Origin") for each in answers]
    assert ([each.status_code for each in answers], allowed) == ([403, 404], [OURS, OURS])


def test_before_the_legal_notice_is_complete_a_program_is_told_so(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    app.extensions["settings"] = dataclasses.replace(
        settings, is_development=False, publication_director=""
    )
    for answer in (client.get(PROGRAM), client.post(PROGRAM, json={})):
        assert (answer.status_code, answer.get_json()["code"]) == (503, "not_open")


class TestServer:
    """A server of the party that sends the form for its visitors."""

    def send(self, client: FlaskClient, visitor: str, *, sender: str = SERVER) -> int:
        """Send a form for a visitor at once, as a server does."""
        headers = {VISITOR: visitor} if visitor else {}
        return client.post(
            PROGRAM,
            json=fill(client, email=f"a{len(stored())}@host{len(stored())}.example"),
            headers=headers,
            environ_base={"REMOTE_ADDR": sender},
        ).status_code

    def test_each_of_its_visitors_has_the_limit_of_their_network(self, client: FlaskClient) -> None:
        assert {self.send(client, visitor) for visitor in VISITORS[:8]} == {202}
        statuses = [self.send(client, "192.0.2.77") for _ in range(3)]
        assert statuses == [202, 202, 429]

    def test_without_the_header_its_forms_are_not_quick_but_of_one_network(
        self, client: FlaskClient
    ) -> None:
        assert [self.send(client, "") for _ in range(3)] == [202, 202, 429]

    def test_nobody_else_can_name_another_network(self, client: FlaskClient) -> None:
        statuses = [self.send(client, each, sender="203.0.113.99") for each in VISITORS[:3]]
        assert statuses == [202, 202, 429]

    @pytest.mark.parametrize("visitor", ["unknown", "x" * 500, "198.51.100"])
    def test_a_header_that_cannot_be_read_is_refused(
        self, client: FlaskClient, visitor: str
    ) -> None:
        assert self.send(client, visitor) == 400
        assert stored() == []

    def test_the_evidence_has_the_network_of_the_visitor(self, client: FlaskClient) -> None:
        for visitor in ("198.51.100.7", "198.51.100.9", "192.0.2.1"):
            self.send(client, visitor)
        macs = db.session.scalars(select(SignupRequest.network_mac)).all()
        assert [macs[0] == macs[1], macs[0] == macs[2]] == [True, False]


def test_quick_forms_of_others_are_counted_as_before(client: FlaskClient) -> None:
    client.application.extensions["settings"] = dataclasses.replace(
        client.application.extensions["settings"], signup_rate=30
    )
    statuses = [send(client, sender="198.51.100.1").status_code for _ in range(4)]
    assert statuses == [202, 202, 202, 429]
    ours = [send(client, sender=SERVER).status_code for _ in range(5)]
    assert set(ours) == {202}


def test_the_answer_says_nothing_of_an_address(client: FlaskClient) -> None:
    first, second = (send(client, email="ada@example.org") for _ in range(2))
    assert (first.status_code, json.loads(first.text)) == (second.status_code, second.get_json())
