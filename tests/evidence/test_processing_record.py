"""The record of processing says what is set and kept at this moment, and changes with it."""

import dataclasses
import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock, create_app
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.evidence.processing_record import describe_processing
from supporters.retention.rule_changes import change_rule
from supporters.retention.rules import Category
from supporters.retention.table_categories import PERSONAL
from tests.factories.accounts import make_dpo, make_owner
from tests.factories.lists import make_list

Told = dict[str, list[dict[str, str]]]


def record(runner: FlaskCliRunner) -> Told:
    """Return the record that a program reads."""
    told: Told = json.loads(runner.invoke(args=["rights", "record", "--json"]).stdout)
    return told


def test_a_new_list_is_a_new_purpose(app: Flask, runner: FlaskCliRunner) -> None:
    before = {entry["name"] for entry in record(runner)["purposes"]}
    make_list(name="La Lettre nationale")
    after = {entry["name"] for entry in record(runner)["purposes"]}
    assert after - before == {"La Lettre nationale"}


def test_another_relay_is_another_recipient(settings: Settings) -> None:
    facts = []
    for host in ("127.0.0.1", "relais.example.net"):
        app = create_app(dataclasses.replace(settings, mail_server=host))
        with app.app_context():
            told = record(app.test_cli_runner())
        is_warned = "stands in it" in told["transfers"][0]["text"]
        facts.append((told["recipients"][1]["facts"], is_warned))
    assert facts == [
        ([f"127.0.0.1:{settings.mail_port}"], False),
        ([f"relais.example.net:{settings.mail_port}"], True),
    ]


def test_a_relay_outside_the_union_is_told_with_its_ground_also_on_the_public_pages(
    settings: Settings,
) -> None:
    abroad = {"mail_country": "US", "transfer_ground": "the adequacy decision of 10 July 2023"}
    app = create_app(dataclasses.replace(settings, **abroad))
    with app.app_context():
        [told] = record(app.test_cli_runner())["transfers"]
    pages = [app.test_client().get(f"/{each}/privacy").text for each in ("en", "fr")]
    assert "United States" in told["name"]
    assert told["text"] == abroad["transfer_ground"]
    for page, country in zip(pages, ("United States", "États-Unis"), strict=True):
        assert country in page
        assert abroad["transfer_ground"] in page


def test_another_time_is_told(app: Flask, runner: FlaskCliRunner) -> None:
    change_rule(Category.PEOPLE, 730, reason="x", by=None)
    told = record(runner)["retention"]
    people = next(each for each in told if "people: 730 days" in each["facts"])
    assert people["text"].startswith("2 years.")


def test_every_personal_table_is_told_with_its_columns(app: Flask, runner: FlaskCliRunner) -> None:
    told = " ".join(str(entry["facts"]) for entry in record(runner)["data"])
    assert {name for name in PERSONAL if f"{name}: " in told} == {*PERSONAL}
    assert "address_key" in told


def test_security_tells_what_is_on(app: Flask, runner: FlaskCliRunner) -> None:
    before = json.dumps(record(runner)["security"])
    make_list()
    make_owner()
    make_dpo()
    seal()
    after = json.dumps(record(runner)["security"])
    assert "nothing was sealed yet" in before
    assert "last sealed on" in after
    assert '"owner: 1", "organiser: 0", "dpo: 1"' in after


@pytest.mark.parametrize(("language", "title"), [("en", "Whose data"), ("fr", "")])
def test_it_can_be_read_as_text(
    app: Flask, runner: FlaskCliRunner, language: str, title: str
) -> None:
    printed = runner.invoke(args=["rights", "record", "--language", language])
    assert printed.exit_code == 0
    assert title in printed.stdout
    assert len(describe_processing(clock.now()).sections) == 8
