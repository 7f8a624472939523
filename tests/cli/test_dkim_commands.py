"""`flask dkim` prints what to publish, and retires no needed key; doctor tells the state."""

import dataclasses
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cli.dkim.dkim_finding import look_at_dkim
from supporters.crypto.encryption import Encryptor
from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.mail.dkim.signing_keys import list_keys
from supporters.settings.setup_settings import SetupSettings
from tests.factories.returned.dkim_keys import (
    ABSENT,
    UNKNOWN,
    VISIBLE,
    always,
    make_active_key,
    make_waiting_key,
    published,
)
from tests.servers.dns_server import DnsServer


def run(runner: FlaskCliRunner, *arguments: str) -> tuple[int, str]:
    result = runner.invoke(args=["dkim", *arguments])
    return result.exit_code, result.output


def test_new_prints_the_record_on_one_line_and_for_a_zone(runner: FlaskCliRunner) -> None:
    code, said = run(runner, "new")
    record = published(list_keys()[0])
    assert code == 0
    for part in (record.name, record.value, record.zone_line):
        assert part in said


def test_new_prints_json(runner: FlaskCliRunner) -> None:
    told = json.loads(run(runner, "new", "--domain", "autre.example", "--json")[1])
    assert told["record"]["name"].endswith("._domainkey.autre.example")
    assert "".join(told["record"]["strings"]) == told["record"]["value"]
    assert told["status"] == "waiting"


def test_a_second_key_and_a_strange_domain_are_refused(runner: FlaskCliRunner) -> None:
    run(runner, "new")
    assert run(runner, "new")[0] == 1
    assert run(runner, "new", "--domain", "no domain")[0] == 1
    assert len(list_keys()) == 1


def test_status_without_a_key_says_how_to_begin(runner: FlaskCliRunner) -> None:
    code, said = run(runner, "status")
    assert (code, "flask dkim new" in said) == (0, True)


def test_status_lets_a_key_sign_whose_record_shows(app: Flask, runner: FlaskCliRunner) -> None:
    record = published(make_waiting_key())
    with DnsServer() as server:
        server.publish(record.name, "TXT", record.value)
        settings, setup = app.extensions["settings"], SetupSettings(dns_server=server.address)
        app.extensions["settings"] = dataclasses.replace(settings, setup=setup)
        (told,) = json.loads(run(runner, "status", "--json")[1])["keys"]
    assert (told["status"], told["record_state"], told["retires_from"]) == (
        "active",
        "visible",
        None,
    )


def test_retire_refuses_what_is_needed_without_a_reason(runner: FlaskCliRunner) -> None:
    key = make_active_key()
    assert "it was stolen" in run(runner, "retire", key.selector)[1]
    assert run(runner, "retire", key.selector, "--now")[0] == 1
    assert run(runner, "retire", "unknown")[0] == 1
    assert run(runner, "retire", key.selector, "--now", "--reason", "stolen")[0] == 0
    assert list_keys()[0].status is KeyStatus.RETIRED


def test_doctor_says_that_nothing_is_signed_here(app: Flask) -> None:
    assert look_at_dkim(always(VISIBLE)).state == "look"
    make_waiting_key()
    assert "waits for its record" in look_at_dkim(always(ABSENT)).words


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (VISIBLE, "right"),
        (UNKNOWN, "look"),
        (ABSENT, "wrong"),
        (RecordState.DIFFERENT, "wrong"),
    ],
)
def test_doctor_tells_whether_the_record_shows(app: Flask, answer: RecordState, state: str) -> None:
    key = make_active_key(clock.now() - timedelta(days=12))
    found = look_at_dkim(always(answer))
    assert found.state == state
    assert f"{key.selector} of parti.example has signed for 12 days." in found.words


def test_doctor_asks_to_rotate_an_old_key(app: Flask) -> None:
    make_active_key(clock.now() - timedelta(days=400))
    found = look_at_dkim(always(VISIBLE))
    assert (found.state, "Rotate it" in found.words) == ("look", True)


def test_doctor_finds_a_key_that_this_machine_cannot_open(app: Flask) -> None:
    make_active_key()
    app.extensions["encryptor"] = Encryptor(["x" * 40])
    assert look_at_dkim(always(VISIBLE)).state == "wrong"
