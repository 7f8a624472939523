"""A lost journal is rebuilt from the database, and a restore knows all withdrawals again."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.consent.withdrawal_journal import WithdrawalKind, journal_path, read_withdrawals
from supporters.people.address_hashes import address_mac
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.restore.journal_rebuild import rebuild_journal
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.restore.test_restore_replay import (
    AFTERWARDS,
    ERASED,
    EVERYBODY,
    run_replay,
    state,
    withdraw,
)

pytestmark = pytest.mark.either_database


def rebuild(runner: FlaskCliRunner) -> int:
    """Run the command; return the number of lines that it added."""
    added: int = json.loads(runner.invoke(args=["rights", "journal", "rebuild", "--json"]).stdout)[
        "added"
    ]
    return added


def test_rebuilt_journal_does_after_a_restore_what_the_lost_one_would_have(
    app: Flask, settings: Settings, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    lists = make_list(), make_list("paris", "Paris")
    for address in EVERYBODY:
        make_subscriber(address, *lists)
    back_up(settings, tmp_path / "backup")
    withdraw(lists)
    journal_path().unlink()
    assert rebuild(runner) > 0
    restore_backup(settings, tmp_path / "backup")
    run_replay(runner)
    assert state() == AFTERWARDS


def test_nothing_is_added_to_a_journal_that_has_everything(
    app: Flask, runner: FlaskCliRunner
) -> None:
    lists = make_list(), make_list("paris", "Paris")
    for address in EVERYBODY:
        make_subscriber(address, *lists)
    withdraw(lists)
    assert rebuild(runner) == 0


def test_lifted_restriction_stays_lifted_in_the_order_of_time(app: Flask) -> None:
    subscriber = make_subscriber(ANNA, make_list())
    restrict_person(subscriber.id, Method.MY_DATA)
    lift_restriction(subscriber.id, Method.MY_DATA)
    journal_path().unlink()
    assert rebuild_journal(clock.now()) == 2
    withdrawals, _ = read_withdrawals(journal_path())
    assert [each.kind for each in withdrawals] == [
        WithdrawalKind.RESTRICTED,
        WithdrawalKind.RESTRICTION_LIFTED,
    ]


def test_line_of_an_erasure_has_only_the_hash_of_the_address(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_subscriber(ERASED, make_list())
    mac = address_mac(ERASED)
    runner.invoke(args=["rights", "erase"], input=ERASED)
    journal_path().unlink()
    assert rebuild(runner) == 1
    ((line,), unreadable) = read_withdrawals(journal_path())
    assert (line.kind, line.person, unreadable) == (WithdrawalKind.ERASED, mac, 0)
    assert ERASED not in journal_path().read_text()
