"""The data sheet for the impact assessment has the real counts."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.factories.accounts import make_dpo, sign_in
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses


def read_scale(runner: FlaskCliRunner) -> dict[str, int]:
    """Return the counts of the sheet by their names."""
    sheet = json.loads(runner.invoke(args=["rights", "impact", "--json"]).output)
    return {entry["name"]: int(entry["facts"][0]) for entry in sheet["scale"]}


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
