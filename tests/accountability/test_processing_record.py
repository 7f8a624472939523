"""The record of processing and the data sheet for the impact assessment have the real data."""

import dataclasses
import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock, create_app
from supporters.accountability.processing_record import describe_processing
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.retention.retention_rounds import change_rule
from supporters.retention.rules import Category
from supporters.retention.table_categories import PERSONAL_TABLES
from tests.factories.accounts import make_dpo, make_owner, sign_in
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses
from tests.factories.lists import make_list

Record = dict[str, list[dict[str, str]]]


def record(runner: FlaskCliRunner) -> Record:
    """Return the record for programs."""
    shown: Record = json.loads(runner.invoke(args=["rights", "record", "--json"]).stdout)
    return shown


def read_scale(runner: FlaskCliRunner) -> dict[str, int]:
    """Return the counts of the sheet by their names."""
    sheet = json.loads(runner.invoke(args=["rights", "impact", "--json"]).output)
    return {entry["name"]: int(entry["facts"][0]) for entry in sheet["scale"]}


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
            shown = record(app.test_cli_runner())
        is_warned = "is in the European Union" in shown["transfers"][0]["text"]
        facts.append((shown["recipients"][1]["facts"], is_warned))
    assert facts == [
        ([f"127.0.0.1:{settings.mail_port}"], False),
        ([f"relais.example.net:{settings.mail_port}"], True),
    ]


def test_a_relay_outside_the_union_is_shown_with_its_ground_also_on_the_public_pages(
    settings: Settings,
) -> None:
    abroad = {"mail_country": "US", "transfer_ground": "the adequacy decision of 10 July 2023"}
    app = create_app(dataclasses.replace(settings, **abroad))
    with app.app_context():
        [shown] = record(app.test_cli_runner())["transfers"]
    pages = [app.test_client().get(f"/{each}/privacy").text for each in ("en", "fr")]
    assert "United States" in shown["name"]
    assert shown["text"] == abroad["transfer_ground"]
    for page, country in zip(pages, ("United States", "États-Unis"), strict=True):
        assert country in page
        assert abroad["transfer_ground"] in page


def test_a_changed_retention_time_is_shown(app: Flask, runner: FlaskCliRunner) -> None:
    change_rule(Category.PEOPLE, 730, reason="x", by=None)
    shown = record(runner)["retention"]
    people = next(each for each in shown if "people: 730 days" in each["facts"])
    assert people["text"].startswith("2 years.")


def test_every_personal_table_is_listed_with_its_columns(runner: FlaskCliRunner) -> None:
    shown = " ".join(str(entry["facts"]) for entry in record(runner)["data"])
    assert {name for name in PERSONAL_TABLES if f"{name}: " in shown} == {*PERSONAL_TABLES}
    assert "address_key" in shown


def test_security_shows_the_present_state(app: Flask, runner: FlaskCliRunner) -> None:
    before = json.dumps(record(runner)["security"])
    make_list()
    make_owner()
    make_dpo()
    seal()
    after = json.dumps(record(runner)["security"])
    assert "nothing was sealed yet" in before
    assert "last sealed on" in after
    assert '"owner: 1", "organiser: 0", "dpo: 1"' in after


@pytest.mark.parametrize(("language", "title"), [("en", "Data subjects"), ("fr", "")])
def test_it_can_be_read_as_text(runner: FlaskCliRunner, language: str, title: str) -> None:
    printed = runner.invoke(args=["rights", "record", "--language", language])
    assert printed.exit_code == 0
    assert title in printed.stdout
    assert len(describe_processing(clock.now()).sections) == 8


def test_an_empty_installation_counts_nobody(app: Flask, runner: FlaskCliRunner) -> None:
    assert {*read_scale(runner).values()} == {0}


def test_it_counts_people_lists_and_messages(app: Flask, runner: FlaskCliRunner) -> None:
    launch_to_addresses(ANNA, BORIS)
    scale = read_scale(runner)
    assert scale["People who confirmed"] == 2
    assert scale["Messages of the last 12 months"] == 2
    assert (scale["Lists"], scale["Campaigns of the last 12 months"]) == (1, 1)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Opinions politiques"), ("en", "Political opinions")]
)
def test_it_is_printed_in_both_languages(runner: FlaskCliRunner, language: str, words: str) -> None:
    assert words in runner.invoke(args=["rights", "impact", "--language", language]).output


def test_the_officer_reads_it_on_a_page(app: Flask) -> None:
    page = sign_in(app, make_dpo()).get("/console/impact-assessment")
    assert "35(3)(b)" in page.text
