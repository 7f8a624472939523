"""Replays of a later subscriber, of a lost journal, before an upgrade, and of a correction."""

import json
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from supporters import clock
from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.cases.models import Case
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.consent.withdrawal_journal import WithdrawalKind, journal_path, read_withdrawals
from supporters.database import db
from supporters.imports.invitation_answers import decline_invitation
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import ImportStatus
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.migrations.state import check_database
from supporters.my_data.address_change import request_address_change
from supporters.my_data.unsubscription_undo import undo_unsubscription
from supporters.people.addresses import address_mac, parse_address
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.restore.journal_rebuild import rebuild_journal
from supporters.restore.restore_replay import replay_withdrawals
from supporters.signup.rejection import reject_signup, undo_rejection
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.corrections import EVIDENCE, press_undo
from tests.factories.imports import csv_of, invitations, invited, reload
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    make_subscriber,
    request_to_join,
    values_in,
)
from tests.restore.test_restore_replay import (
    AFTERWARDS,
    ERASED,
    EVERYBODY,
    run_replay,
    state,
    withdraw,
)
from tests.storage.unreleased_databases import NOON, make_unreleased

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def token_of(email: OutboxEmail, name: str) -> str:
    """Return the token of one of an email's links."""
    return str(values_in(email)[name]).rpartition("/")[2]


def move_to(address: str, new: str) -> None:
    """Change a person's address."""
    request_address_change(subscriber_at(address).id, parse_address(new), "fr")
    email = emails_to(new, EmailKind.NEW_ADDRESS)[-1]
    confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])


def is_untouched(address: str) -> bool:
    """Tell whether a person is known, isn't restricted, and has no open case."""
    db.session.rollback()
    db.session.expire_all()
    known = find_subscriber_by_key(address)
    cases = db.session.scalars(db.select(Case).where(Case.closed_at.is_(None))).all()
    return known is not None and known.restricted_at is None and not cases


def rebuild(runner: FlaskCliRunner) -> int:
    """Run the command; return the number of lines that it added."""
    added: int = json.loads(runner.invoke(args=["rights", "journal", "rebuild", "--json"]).stdout)[
        "added"
    ]
    return added


@pytest.mark.parametrize("is_erased_first", [True, False])
def test_later_owner_of_an_old_address_is_left_alone(
    app: Flask, runner: FlaskCliRunner, is_erased_first: bool
) -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    move_to(ANNA, BORIS)
    if is_erased_first:
        erase_person(subscriber_at(BORIS).id, ErasureOrder(reason=ErasureReason.ASKED))
    make_subscriber(ANNA, national)
    if not is_erased_first:
        erase_person(subscriber_at(BORIS).id, ErasureOrder(reason=ErasureReason.ASKED))
    run_replay(runner)
    assert is_untouched(ANNA)


@pytest.mark.both_databases
def test_person_who_comes_back_after_restriction_and_erasure_is_not_restricted(
    app: Flask, runner: FlaskCliRunner
) -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    restrict_person(subscriber_at(ANNA).id, Method.MY_DATA)
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    make_subscriber(ANNA, national)
    run_replay(runner)
    assert is_untouched(ANNA)


def test_a_declined_invitation_outlives_a_restore(
    app: Flask, settings: Settings, runner: FlaskCliRunner, tmp_path: object
) -> None:
    import_id = invited(csv_of(f"{ANNA},,", f"{BORIS},,"))
    send_next_invitations(clock.now())
    back_up(settings, settings.instance_dir / "backup")
    email = emails_to(ANNA, EmailKind.INVITATION)[-1]
    assert decline_invitation(token_of(email, "no_more_url"))
    restore_backup(settings, settings.instance_dir / "backup")
    assert ANNA in [each.address for each in invitations()]
    figures = run_replay(runner)
    assert [each.address for each in invitations()] == [BORIS]
    assert (figures["objected"], figures["imports_held"]) == (1, 1)
    assert reload(import_id).status is ImportStatus.HELD


def test_a_rejected_signup_outlives_a_restore_unless_confirmed_later(
    app: Flask, settings: Settings, runner: FlaskCliRunner
) -> None:
    national = make_list()
    back_up(settings, settings.instance_dir / "backup")
    for address in (ANNA, BORIS):
        assert reject_signup(
            token_of(email_of_request(request_to_join(address, national)), "not_me_url")
        )
    request = email_of_request(request_to_join(BORIS, national))
    assert request.encrypted is None
    restore_backup(settings, settings.instance_dir / "backup")
    run_replay(runner)
    blocked = [is_signup_mail_blocked(parse_address(each), clock.now()) for each in (ANNA, BORIS)]
    assert blocked == [True, True]


def test_undoing_a_rejection_is_recorded_and_outlives_a_restore(
    app: Flask, settings: Settings, runner: FlaskCliRunner
) -> None:
    email = email_of_request(request_to_join(ANNA, make_list()))
    reject_signup(token_of(email, "not_me_url"))
    back_up(settings, settings.instance_dir / "backup")
    undo_rejection(token_of(email, "confirm_url"))
    restore_backup(settings, settings.instance_dir / "backup")
    assert is_signup_mail_blocked(parse_address(ANNA), clock.now())
    run_replay(runner)
    assert not is_signup_mail_blocked(parse_address(ANNA), clock.now())


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


def test_nothing_is_added_to_a_journal_that_has_everything(runner: FlaskCliRunner) -> None:
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


def test_line_of_an_erasure_has_only_the_hash_of_the_address(runner: FlaskCliRunner) -> None:
    make_subscriber(ERASED, make_list())
    mac = address_mac(ERASED)
    runner.invoke(args=["rights", "erase"], input=ERASED)
    journal_path().unlink()
    assert rebuild(runner) == 1
    ((line,), unreadable) = read_withdrawals(journal_path())
    assert (line.kind, line.person, unreadable) == (WithdrawalKind.ERASED, mac, 0)
    assert ERASED not in journal_path().read_text()


@pytest.mark.both_databases
def test_backup_of_an_earlier_version_is_put_back_and_upgraded(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    db.session.remove()
    downgrade(revision="base")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with time_machine.travel(NOON, tick=True):
        make_unreleased(db.engine)
        back_up(settings, tmp_path / "backup")
        upgrade()
        make_subscriber(CHLOE, make_list("later", "Later"))
        restore_backup(settings, tmp_path / "backup")
        upgrade()
        check_database()
        assert [bool(find_subscriber_by_key(each)) for each in (ANNA, CHLOE)] == [True, False]
        seal()
        comparison = compare_last_checkpoint()
    assert comparison is None or comparison.verdict is ComparisonResult.CONTAINED


def test_a_replay_leaves_what_was_corrected_and_repeats_what_came_after() -> None:
    mailing_list = make_list()
    key = (make_subscriber(ADDRESS, mailing_list).id, mailing_list.id)
    unsubscribe_from_list(*key, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(*key, press_undo())
    withdrawals, _ = read_withdrawals(journal_path())
    assert len(withdrawals) == 1
    replay_withdrawals(withdrawals)
    db.session.expire_all()
    assert db.session.get(Subscription, key) is not None
    unsubscribe_from_list(*key, Method.ONE_CLICK)
    replay_withdrawals(read_withdrawals(journal_path())[0])
    db.session.expire_all()
    assert db.session.get(Subscription, key) is None
