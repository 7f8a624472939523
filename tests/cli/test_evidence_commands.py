"""`flask consent proof` prints the evidence on an address and records the request."""

import json
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_babel import force_locale
from sqlalchemy import select

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.labels import purpose_kind_name
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.lists.subscriptions import object_by_address
from supporters.people.addresses import address_mac, parse_address
from supporters.transparency_log.models import LogEntry
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import ADDRESS, make_subscriber
from tests.lists.test_optional_purposes import make_subscriber_of_everything, offered
from tests.machinery.prepared_states import always_made_once

UNKNOWN = "inconnue@example.org"
PROOF = ["consent", "proof", "--reason", "Elle écrit qu’elle n’a rien demandé."]


@always_made_once
def camille(app: Flask) -> None:
    """Create one subscriber."""
    make_subscriber(ADDRESS, make_list())


def disclosures() -> list[Disclosure]:
    return [*db.session.scalars(select(Disclosure))]


def test_the_pack_is_printed_as_json_and_recorded(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=[*PROOF, "--json", ADDRESS.upper()])
    pack = json.loads(done.stdout)
    (disclosure,) = disclosures()
    assert (done.exit_code, pack["person"]["address"]) == (0, ADDRESS)
    assert disclosure.asked_by.startswith("shell:")
    assert disclosure.reason == PROOF[-1]


def test_an_address_is_read_from_standard_input(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=PROOF, input=f"{ADDRESS}\n")
    lines = done.stdout.splitlines()
    assert any(line.split()[:1] == ["proved"] and "of" in line for line in lines)
    assert [line.split()[1] for line in lines if "-11-" in line or "Z  " in line] != []
    assert "confirmed" in done.stdout


@pytest.mark.parametrize("language", ["fr", "en"])
def test_purposes_without_a_list_are_named_in_the_language_of_the_file(
    runner: FlaskCliRunner, language: str
) -> None:
    optional = offered()
    make_subscriber_of_everything(make_list("b", "B"))
    done = runner.invoke(args=[*PROOF, "--json", "--language", language, ADDRESS])
    names = {event["purpose"]: event["purpose_name"] for event in json.loads(done.stdout)["events"]}
    with force_locale(language):
        assert names[optional.id] == purpose_kind_name(optional.kind)


def test_the_file_is_private_and_overwrites_nothing(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "pack.html"
    first = runner.invoke(args=[*PROOF, "--html", str(file), "--language", "en", ADDRESS])
    assert first.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert '<html lang="en">' in file.read_text(encoding="utf-8")
    second = runner.invoke(args=[*PROOF, "--html", str(file), ADDRESS])
    assert second.exit_code == 1
    assert "Name another file." in second.stderr


@pytest.mark.parametrize("is_suppressed", [False, True])
def test_an_unknown_address_is_reported(runner: FlaskCliRunner, is_suppressed: bool) -> None:
    if is_suppressed:
        object_by_address(address_mac(parse_address(UNKNOWN).key))
    done = runner.invoke(args=[*PROOF, "--json", UNKNOWN])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "schema": "supporters.evidence/1",
        "person": None,
        "must_not_be_written_to": is_suppressed,
    }
    assert "must not" in runner.invoke(args=[*PROOF, UNKNOWN]).stdout or not is_suppressed


@pytest.mark.both_databases
def test_a_look_up_of_an_unknown_address_is_sealed_without_it(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=[*PROOF, UNKNOWN])
    (looked_up,) = disclosures()
    entry = db.session.get_one(LogEntry, ("disclosed", looked_up.id))
    assert (looked_up.kind, looked_up.subscriber_id) == (DisclosureKind.EVIDENCE, None)
    assert (looked_up.people, looked_up.reason) == (0, PROOF[-1])
    assert looked_up.asked_by.startswith("shell:")
    assert entry.position is not None
    assert verify(clock.now()).faults == []
    assert "inconnue" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["consent", "proof", ADDRESS], ["consent", "proof", "--reason", " ", ADDRESS]]
)
def test_a_reason_is_needed(runner: FlaskCliRunner, arguments: list[str]) -> None:
    done = runner.invoke(args=arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert count_rows(Disclosure) == 0


def test_an_invalid_address_is_refused_in_one_line(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=[*PROOF, "camille at example"])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "camille" not in done.stderr
