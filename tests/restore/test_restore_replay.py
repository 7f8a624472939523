"""A backup lacks the latest withdrawals: after a restore, the replay repeats them."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cases.models import Case, CaseKind
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import is_suppressed
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.consent.suppression import EVERYTHING
from supporters.consent.withdrawal_journal import WithdrawalKind, journal_path, read_withdrawals
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import address_mac, parse_address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_address, erase_person
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.restore.restore_replay import replay_withdrawals
from supporters.signup.confirmation import ConfirmError, confirm_by_link
from tests.factories.backups import Backup
from tests.factories.campaigns import subscriber_at
from tests.factories.imports import csv_of, invitations, invited, text_of_file, waiting
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_newest_address_change
from tests.factories.rows import count_rows
from tests.factories.signups import confirm_token, make_subscriber, request_to_join
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.either_database

ERASED, OBJECTED = "erased@example.org", "objected@example.org"
LEFT, RESTRICTED, MOVED = "left@example.org", "restricted@example.org", "moved@example.org"
STAYED, CAME_BACK = "stayed@example.org", "back@example.org"
NEW = "new@example.net"
EVERYBODY = (ERASED, OBJECTED, LEFT, RESTRICTED, MOVED, STAYED, CAME_BACK)


@pytest.fixture
def backup(app: Flask, settings: Settings, tmp_path: Path) -> Backup:
    """Return the backup that a test makes and restores."""
    return Backup(settings, tmp_path / "backup")


@made_once
def lists(app: Flask) -> tuple[MailingList, MailingList]:
    """Return two lists with everybody as subscribers."""
    lists = make_list(), make_list("paris", "Paris")
    for address in EVERYBODY:
        make_subscriber(address, *lists)
    return lists


def withdraw(lists: tuple[MailingList, MailingList]) -> None:
    """Make each person use their right."""
    erase_person(subscriber_at(ERASED).id, ErasureOrder(reason=ErasureReason.ASKED))
    object_to_everything(subscriber_at(OBJECTED).id, Method.MY_DATA)
    unsubscribe_from_list(subscriber_at(LEFT).id, lists[0].id, Method.ONE_CLICK)
    restrict_person(subscriber_at(RESTRICTED).id, Method.MY_DATA)
    request_address_change(subscriber_at(MOVED).id, parse_address(NEW), "fr")
    confirm_newest_address_change(NEW)


def lists_of(address: str) -> list[str]:
    db.session.rollback()
    known = find_subscriber_by_key(address)
    return [each.name for _, each in list_subscriptions_of(known.id)] if known else []


def state() -> dict[str, object]:
    """Return the lists, the suppression and the restriction of everybody."""
    db.session.rollback()
    db.session.expire_all()
    now = clock.now()
    known = {each.address: each for each in db.session.scalars(db.select(Subscriber))}
    return {
        address: (
            lists_of(address),
            is_suppressed(address_mac(address), [EVERYTHING], now),
            address in known and known[address].restricted_at is not None,
        )
        for address in EVERYBODY
    }


BOTH = ["La Lettre nationale", "Paris"]
AFTERWARDS = {
    ERASED: ([], True, False),
    OBJECTED: ([], True, False),
    LEFT: (["Paris"], False, False),
    RESTRICTED: (BOTH, False, True),
    MOVED: (BOTH, False, True),
    STAYED: (BOTH, False, False),
    CAME_BACK: (BOTH, False, False),
}


def run_replay(runner: FlaskCliRunner, *files: str) -> dict[str, int]:
    """Run the command as in the manual; return its figures."""
    db.session.remove()
    result = runner.invoke(args=["rights", "replay", *files, "--json"])
    assert result.exit_code == 0, result.output
    figures: dict[str, int] = json.loads(result.stdout)
    return figures


@pytest.mark.both_databases
def test_a_replay_repeats_the_withdrawals(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    seal()
    backup.make()
    withdraw(lists)
    backup.restore()
    assert state() == dict.fromkeys(EVERYBODY, (BOTH, False, False))
    figures = run_replay(runner)
    assert state() == AFTERWARDS
    assert [figures[kind] for kind in ("erased", "objected", "left", "restricted", "moved")] == [
        *(1, 1, 1, 1, 1)
    ]
    assert find_subscriber_by_key(ERASED) is None
    assert db.session.scalars(db.select(Erasure)).one().reason is ErasureReason.REPLAYED
    case = db.session.scalars(db.select(Case).where(Case.note.is_not(None))).one()
    assert (case.kind, case.closed_at) == (CaseKind.RECTIFICATION, None)


def test_a_second_replay_changes_nothing(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    backup.make()
    withdraw(lists)
    backup.restore()
    run_replay(runner)
    events = count_rows(ConsentEvent)
    lines = journal_path().read_bytes()
    figures = run_replay(runner)
    assert [figures[kind.value] for kind in WithdrawalKind] == [0] * len(WithdrawalKind)
    assert count_rows(ConsentEvent) == events
    assert journal_path().read_bytes() == lines


def test_a_database_that_was_never_restored_knows_all_withdrawals(
    lists: tuple[MailingList, MailingList], runner: FlaskCliRunner
) -> None:
    withdraw(lists)
    figures = run_replay(runner)
    assert [figures[kind.value] for kind in WithdrawalKind] == [0] * len(WithdrawalKind)


def test_person_who_came_back_before_the_backup_stays(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    erase_person(subscriber_at(ERASED).id, ErasureOrder(reason=ErasureReason.ASKED))
    unsubscribe_from_list(subscriber_at(CAME_BACK).id, lists[0].id, Method.PAGE)
    object_to_everything(subscriber_at(OBJECTED).id)
    restrict_person(subscriber_at(RESTRICTED).id, Method.MY_DATA)
    lift_restriction(subscriber_at(RESTRICTED).id, Method.MY_DATA)
    for address in (ERASED, CAME_BACK, OBJECTED):
        make_subscriber(address, *lists)
    backup.make()
    backup.restore()
    run_replay(runner)
    assert state() == dict.fromkeys(EVERYBODY, (BOTH, False, False))


@pytest.mark.both_databases
def test_person_erased_after_an_address_change_is_found_at_the_old_address(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    backup.make()
    withdraw(lists)
    erase_person(subscriber_at(NEW).id, ErasureOrder(reason=ErasureReason.ASKED))
    backup.restore()
    run_replay(runner)
    assert find_subscriber_by_key(MOVED) is None
    for address in (MOVED, NEW):
        assert is_suppressed(address_mac(address), [EVERYTHING], clock.now())


def test_erased_invitation_in_the_backup_is_erased_again_with_its_files(
    backup: Backup, runner: FlaskCliRunner
) -> None:
    invited(csv_of(f"{ERASED},,", "other@example.org,,"))
    import_id = waiting(csv_of(f"{ERASED},Zoé,", "third@example.org,,"))
    backup.make()
    erase_address(parse_address(ERASED), ErasureOrder(reason=ErasureReason.ASKED))
    backup.restore()
    assert ERASED in [each.address for each in invitations()]
    assert ERASED in text_of_file(import_id)
    run_replay(runner)
    assert [each.address for each in invitations()] == ["other@example.org"]
    assert text_of_file(import_id).split() == [
        "email,first",
        "name,language",
        "third@example.org,,",
    ]


def test_a_signup_request_in_the_backup_cannot_be_confirmed_after_the_erasure(
    backup: Backup, runner: FlaskCliRunner
) -> None:
    mailing_list = make_list()
    token = confirm_token(request_to_join(ERASED, mailing_list))
    backup.make()
    confirm_by_link(token)
    erase_person(subscriber_at(ERASED).id, ErasureOrder(reason=ErasureReason.ASKED))
    backup.restore()
    run_replay(runner)
    assert confirm_by_link(token) is ConfirmError.EXPIRED
    assert is_suppressed(address_mac(ERASED), [EVERYTHING], clock.now())


def test_the_journals_of_other_machines_are_read_too(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    backup.make()
    withdraw(lists)
    other = tmp_path / "other.jsonl"
    journal_path().replace(other)
    backup.restore()
    refused = runner.invoke(args=["rights", "replay"])
    assert (refused.exit_code, "no journal here" in refused.output) == (1, True)
    run_replay(runner, str(other), str(other))
    assert state() == AFTERWARDS


def test_torn_and_foreign_lines_are_counted_and_skipped(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    backup.make()
    withdraw(lists)
    whole = journal_path().read_bytes()
    journal_path().write_bytes(b'{"kind": "erased"}\n[1]\n\xff\n' + whole + b'{"kind": "era')
    backup.restore()
    assert run_replay(runner)["unreadable"] == 4
    assert state() == AFTERWARDS


def test_the_journal_has_only_hashes_and_strict_permissions(
    lists: tuple[MailingList, MailingList],
) -> None:
    withdraw(lists)
    assert "example" not in journal_path().read_text()
    assert journal_path().stat().st_mode & 0o777 == 0o600
    assert journal_path().parent.stat().st_mode & 0o777 == 0o700
    withdrawals, unreadable = read_withdrawals(journal_path())
    assert (unreadable, [withdrawal.kind for withdrawal in withdrawals]) == (
        0,
        [
            WithdrawalKind.ERASED,
            WithdrawalKind.OBJECTED,
            WithdrawalKind.UNSUBSCRIBED,
            WithdrawalKind.UNSUBSCRIBED,
            WithdrawalKind.UNSUBSCRIBED,
            WithdrawalKind.RESTRICTED,
            WithdrawalKind.ADDRESS_CHANGED,
        ],
    )


@pytest.mark.both_databases
def test_a_person_restricted_again_and_again_ends_in_the_last_state(
    lists: tuple[MailingList, MailingList], backup: Backup, runner: FlaskCliRunner
) -> None:
    backup.make()
    for change in (restrict_person, lift_restriction, restrict_person, lift_restriction):
        change(subscriber_at(RESTRICTED).id, Method.MY_DATA)
    backup.restore()
    run_replay(runner)
    assert subscriber_at(RESTRICTED).restricted_at is None
    kinds = db.session.scalars(
        db.select(ConsentEvent.kind)
        .where(ConsentEvent.subscriber_id == subscriber_at(RESTRICTED).id)
        .order_by(ConsentEvent.id.desc())
        .limit(4)
    ).all()
    assert {*kinds} == {EventKind.RESTRICTED, EventKind.RESTRICTION_LIFTED}
    assert replay_withdrawals([]) == {}
