"""A restored backup writes to nobody whose mailbox was found to be dead since it was made."""

import pytest
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.bounce_classes.classes import BounceClass
from supporters.config import Settings
from supporters.consent.withdrawal_journal import journal_path
from supporters.database import db
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.people.models import Subscriber
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.returned.failures import fail
from tests.factories.signups import make_subscriber
from tests.restore.test_replays import rebuild
from tests.restore.test_restore_replay import run_replay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def found(address: str) -> Subscriber:
    db.session.rollback()
    db.session.expire_all()
    return subscriber_at(address)


def test_a_replay_makes_people_unreachable_again(
    settings: Settings, runner: FlaskCliRunner
) -> None:
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    back_up(settings, settings.instance_dir / "backup")
    fail(subscriber_at(ANNA))
    fail(subscriber_at(BORIS))
    reset_unreachable(subscriber_at(BORIS).address_mac, clock.now())
    restore_backup(settings, settings.instance_dir / "backup")
    assert found(ANNA).unreachable_since is None
    run_replay(runner)
    assert found(ANNA).unreachable_because is BounceClass.NO_MAILBOX
    assert found(BORIS).unreachable_since is None
    run_replay(runner)
    assert verify(clock.now()).faults == []


def test_a_person_who_confirmed_since_stays_reachable(runner: FlaskCliRunner) -> None:
    make_subscriber(ANNA, make_list())
    fail(subscriber_at(ANNA))
    make_subscriber(ANNA, make_list("paris", "Paris"))
    run_replay(runner)
    assert found(ANNA).unreachable_since is None


def test_a_lost_journal_is_rebuilt_with_it(runner: FlaskCliRunner) -> None:
    make_subscriber(ANNA, make_list())
    fail(subscriber_at(ANNA))
    journal_path().unlink()
    assert rebuild(runner) == 1
