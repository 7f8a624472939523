"""A replay changes nothing of a later subscriber, and also restores blocks without a person."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cases.models import Case
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.database import db
from supporters.imports.invitation_answers import decline_invitation
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import ImportStatus
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import parse_address
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.restriction import restrict_person
from supporters.signup.rejection import reject_signup, undo_rejection
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.imports import csv_of, invitations, invited, reload
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import email_of_request, make_subscriber, request_to_join, values_in
from tests.restore.test_restore_replay import run_replay

pytestmark = pytest.mark.either_database


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
