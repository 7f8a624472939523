"""`flask delivery check`: the same findings from a shell."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.config import Settings
from supporters.delivery_setup.launch_permission import list_obstacles
from supporters.delivery_setup.setup_override import find_override
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import production_settings, publish_all
from tests.factories.accounts import make_owner
from tests.servers.dns_server import DnsServer


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """Run a DNS server with the records of a party whose set-up is right."""
    with DnsServer() as server:
        publish_all(server)
        yield server


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application with DNS."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


def test_check_names_each_line(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["delivery", "check"])
    assert done.exit_code == 0, done.output
    assert done.output.count("ok  ") == 10


def test_check_as_json_has_the_record(runner: FlaskCliRunner, dns_server: DnsServer) -> None:
    dns_server.remove("_dmarc.parti.example", "TXT")
    done = runner.invoke(args=["delivery", "check", "--json"])
    found = json.loads(done.output.splitlines()[0])["findings"]
    dmarc = next(each for each in found if each["line"] == "dmarc")
    assert done.exit_code == 1
    assert dmarc["publish"] == {
        "name": "_dmarc.parti.example",
        "type": "TXT",
        "value": "v=DMARC1; p=none",
    }


def test_override_from_a_shell_names_an_owner(
    runner: FlaskCliRunner, dns_server: DnsServer
) -> None:
    owner = make_owner()
    dns_server.remove("_dmarc.parti.example", "TXT")
    runner.invoke(args=["delivery", "check"])
    order = ["delivery", "override", "--by", owner.email, "--reason"]
    assert runner.invoke(args=[*order, "short"]).exit_code == 1
    assert runner.invoke(args=[*order, "The meeting is tomorrow."]).exit_code == 0
    assert list_obstacles()
    assert find_override(clock.now()) is not None


def test_doctor_tells_what_the_last_check_found(
    runner: FlaskCliRunner, dns_server: DnsServer
) -> None:
    dns_server.remove("_dmarc.parti.example", "TXT")
    runner.invoke(args=["delivery", "check"])
    output = runner.invoke(args=["doctor"]).output
    assert "BAD   delivery set-up: To correct: dmarc." in output
