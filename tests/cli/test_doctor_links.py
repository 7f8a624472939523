"""`flask doctor` tells an operator whose workers reach no other site."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.database import db, transaction
from tests.cli.test_doctor import findings


@pytest.mark.parametrize(
    ("is_on", "outcomes", "state"),
    [
        (False, [], "right"),
        (True, [], "right"),
        (True, [LinkOutcome.UNREACHABLE] * 4, "right"),
        (True, [LinkOutcome.UNREACHABLE, LinkOutcome.UNKNOWN_HOST] * 3, "look"),
        (True, [*[LinkOutcome.UNREACHABLE] * 5, LinkOutcome.GONE], "right"),
    ],
)
def test_links_that_are_all_out_of_reach_are_worth_a_look(
    app: Flask, runner: FlaskCliRunner, is_on: bool, outcomes: list[LinkOutcome], state: str
) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, checks_links=is_on)
    with transaction():
        for number, outcome in enumerate(outcomes):
            row = AskedLink(url_hash=f"{number:064}", asked_at=clock.now(), outcome=outcome)
            db.session.add(row)
    found = findings(runner)["links of drafts"]
    assert found["state"] == state
    assert ("SUPPORTERS_LINK_CHECK=off" in found["words"]) is (state == "look" or not is_on)
