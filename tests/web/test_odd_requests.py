"""An odd request gets an answer of ours, and no fault; faults fill no log (security N10)."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from supporters.config import Settings
from supporters.logs import log_fault
from supporters.signup.encrypted_signups import StallKeys
from tests.factories.lists import make_list
from tests.signup.test_encrypted_signups import encrypt

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

PATHS = (
    *("/%00", "/fr/join/%00", "/fr/stall/%00", "/fr/embed/%00", "/api/forms/%00"),
    *("/archive/%00/feed.xml", "/fr/archive/%00", "/join/%00/qr.svg", "/i/%00.png"),
    *("/fr/archive/a/%00", "/leave/%00", "/fr/why/%00", "/static/%00", "/console/lists/%00"),
)
DEEP = "[" * 200_000
NEARLY_TOO_DEEP = [f'{{"email": {"[" * each}{"]" * each}}}' for each in (100, 800, 950, 990)]


def test_a_path_with_a_nul_is_a_page_that_is_not_there(app: Flask) -> None:
    for path in PATHS:
        answer = app.test_client().get(path)
        is_console = path.startswith("/console")
        assert answer.status_code in ({404, 302, 303} if is_console else {404})
        assert "Set-Cookie" not in answer.headers or is_console


def test_it_is_a_page_in_the_language_of_its_address(client: FlaskClient) -> None:
    answer = client.get("/en/join/%00")
    assert (answer.status_code, "This page doesn’t exist" in answer.text) == (404, True)


def test_a_program_that_sends_brackets_in_brackets_is_refused(client: FlaskClient) -> None:
    make_list()
    for sent in [DEEP, '{"email":' + DEEP, *NEARLY_TOO_DEEP]:
        answer = client.post("/api/forms/national", data=sent, content_type="application/json")
        assert answer.status_code in {400, 422}


@pytest.mark.parametrize("value", ["a\0@example.org", "\0", "\ud800"])
def test_a_program_that_sends_no_text_is_refused(client: FlaskClient, value: str) -> None:
    make_list()
    answer = client.post("/api/forms/national", json={"email": value, "given_name": value})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "fields",
    [
        {"typed_at": int("9" * 400)},
        {"typed_at": -int("9" * 400)},
        {"typed_at": 1e300},
        {"typed_at": True},
        json.loads("[" * 900 + "]" * 900),
    ],
)
def test_an_odd_encrypted_sign_up_is_refused(
    client: FlaskClient, settings: Settings, fields: object
) -> None:
    make_list()
    encrypted = encrypt(fields, StallKeys(settings.secret_keys).public_key)
    assert client.post("/fr/stall/national/kept", data={"sealed": encrypted}).status_code == 410


def test_deep_json_in_a_encrypted_sign_up_is_refused(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_list()
    monkeypatch.setattr(json, "dumps", lambda _value: DEEP)  # of the tablet
    encrypted = encrypt({}, StallKeys(settings.secret_keys).public_key)
    monkeypatch.undo()
    assert client.post("/fr/stall/national/kept", data={"sealed": encrypted}).status_code == 410


def fail_often(times: int, **fields: Any) -> list[int]:
    """Log a fault many times; return the counts of the lines that the log got."""
    with capture_logs() as lines:
        for _ in range(times):
            log_fault("web.fault", ValueError(), endpoint="public.join", **fields)
    return [line["count"] for line in lines]


def test_a_fault_that_comes_again_is_counted_and_not_written_each_time() -> None:
    assert fail_often(1_234) == [1, 10, 100, 1000]


def test_another_fault_is_written() -> None:
    assert (fail_often(3), fail_often(3, table="x")) == ([1], [1])


def test_many_kinds_of_faults_fill_no_memory() -> None:
    with capture_logs() as lines:
        for number in range(1_500):
            log_fault("web.fault", ValueError(), endpoint=str(number))
    assert len(lines) == 1_000


def test_the_faults_of_a_page_are_counted(app: Flask) -> None:
    @app.get("/broken-page")
    def broken() -> str:
        raise ValueError

    client = app.test_client()
    with capture_logs() as lines:
        statuses = {client.get("/broken-page").status_code for _ in range(12)}
    assert statuses == {500}
    assert [line["count"] for line in lines if line["event"] == "web.fault"] == [1, 10]
