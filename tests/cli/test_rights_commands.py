"""`flask rights` erases people, and restricts them and lifts the restriction."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.people.address_hashes import address_mac
from supporters.people.queries import find_subscriber_by_key
from tests.factories.campaigns import subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = pytest.mark.either_database


def run(runner: FlaskCliRunner, word: str, address: str = ADDRESS) -> tuple[int, str]:
    """Run a command with an address on standard input; return its status and output."""
    result = runner.invoke(args=["rights", word], input=f"{address}\n")
    db.session.rollback()
    db.session.expire_all()
    return result.exit_code, result.output


def test_a_person_is_erased(app: Flask, runner: FlaskCliRunner) -> None:
    make_subscriber(ADDRESS, make_list())
    status, words = run(runner, "erase")
    assert (status, ADDRESS in words) == (0, False)
    assert find_subscriber_by_key(ADDRESS) is None
    assert run(runner, "erase")[0] == 0


def test_erasing_an_unknown_address_suppresses_it(app: Flask, runner: FlaskCliRunner) -> None:
    assert run(runner, "erase")[0] == 0
    assert is_suppressed(address_mac(ADDRESS), [EVERYTHING], clock.now())


@pytest.mark.parametrize("lift", ["lift-restriction", "release"], ids=["today", "former"])
def test_a_person_is_restricted_and_the_restriction_lifted(
    app: Flask, runner: FlaskCliRunner, lift: str
) -> None:
    make_subscriber(ADDRESS, make_list())
    assert run(runner, "restrict")[0] == 0
    assert subscriber_at(ADDRESS).restricted_at is not None
    assert run(runner, lift)[0] == 0
    assert subscriber_at(ADDRESS).restricted_at is None


@pytest.mark.parametrize("word", ["restrict", "lift-restriction"])
def test_an_unknown_address_is_refused(app: Flask, runner: FlaskCliRunner, word: str) -> None:
    assert run(runner, word)[0] == 1


@pytest.mark.parametrize("word", ["erase", "restrict", "lift-restriction"])
@pytest.mark.parametrize("typed", ["", "camille", "a@b\0c", "é@example.org"])
def test_an_invalid_address_is_refused_in_one_line(
    app: Flask, runner: FlaskCliRunner, word: str, typed: str
) -> None:
    status, words = run(runner, word, typed)
    assert (status, words.count("\n")) == (1, 1)


def test_the_former_name_of_lift_restriction_is_hidden(app: Flask, runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["rights", "--help"]).output
    assert ("lift-restriction" in shown, "release" in shown) == (True, False)
