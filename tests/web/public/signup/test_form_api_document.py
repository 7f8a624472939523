"""The document about the form for programs (docs/form-api.md) is true."""

import dataclasses
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.database import db
from supporters.signup.models import SignupRequest
from supporters.web.program_answers import REFUSALS
from supporters.web.public.signup.form_faults import FAULTS, PAGE_CHANGED, QUESTIONED

pytestmark = pytest.mark.usefixtures("one_minute", "mailing_list", "few_tries")

TEXT = (Path(__file__).parents[4] / "docs" / "form-api.md").read_text("utf-8")
PROGRAM = "/api/forms/national?language=en"


def examples(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def told_codes() -> set[tuple[str, str]]:
    """Return the statuses and codes of the table."""
    found = re.findall(r"^\| ([0-9, ]+) \| `(\w+)` \|", TEXT, re.MULTILINE)
    return {(status, code) for statuses, code in found for status in statuses.split(", ")}


def filled(client: FlaskClient, **more: str) -> dict[str, str]:
    """Return the fields of the example, with the values that were handed out."""
    (command,) = examples("sh")
    typed = json.loads(shlex.split(command)[-1])
    form = client.get(PROGRAM).get_json()
    assert typed["consent_1"] == form["boxes"][0]["value"]
    assert {*form["send_back"]} <= {*typed}
    return {**typed, **form["send_back"], **more}


def test_the_command_signs_up(client: FlaskClient) -> None:
    (command,) = examples("sh")
    address = shlex.split(command)[1].partition(".example")[2]
    answer = client.post(address, json=filled(client))
    assert (answer.status_code, [*answer.get_json()]) == (202, ["message"])
    assert db.session.scalars(select(SignupRequest.address)).all() == ["ada@example.org"]


def test_each_field_of_the_description_is_named(client: FlaskClient) -> None:
    form: dict[str, Any] = client.get(PROGRAM).get_json()
    assert {each for each in form if f"`{each}`" not in TEXT} == set()
    inner = {*form["boxes"][0], *form["age_box"]}
    assert {each for each in inner if f"`{each}`" not in TEXT} == set()


def test_each_code_is_named_with_its_status() -> None:
    expected = {(str(status), each.code) for status, each in REFUSALS.items()}
    more = {("422", code) for code in (FAULTS, QUESTIONED, PAGE_CHANGED)}
    assert told_codes() == expected | more | {("503", "over_limit"), ("503", "not_open")}


def test_the_example_of_a_questioned_address_is_true(client: FlaskClient) -> None:
    shown = json.loads(examples("json")[0])
    answer = client.post(PROGRAM, json=filled(client, email="ada@gmial.com")).get_json()
    assert {name: answer[name] for name in shown} == shown
    kept = filled(client, email="ada@gmial.com", **shown["keep"])
    assert client.post(PROGRAM, json=kept).status_code == 202


def test_the_example_in_python_gets_in(client: FlaskClient) -> None:
    names: dict[str, Any] = {}
    exec(examples("python")[0], names)  # noqa: S102 - our own document
    usual = client.application.extensions["settings"]
    client.application.extensions["settings"] = dataclasses.replace(usual, signup_rate=1)
    client.post(PROGRAM, json=filled(client))
    refused = client.post(PROGRAM, json=filled(client)).get_json()
    shown = json.loads(examples("json")[1])
    assert {*refused["challenge"]} == {*shown["challenge"]}
    assert {*refused["wait"]} == {*shown["wait"]}
    parameters = refused["challenge"]["value"]["parameters"]
    assert parameters.items() >= shown["challenge"]["value"]["parameters"].items()
    again = filled(client, **names["prove"](refused))
    assert client.post(PROGRAM, json=again).status_code == 202
