"""A replay changes nothing of a later subscriber, and also restores blocks without a person."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.suppression import is_shielded, shield
from supporters.consent.withdrawal_journal import Taken, journal_path, read_takings
from supporters.database import db, transaction
from supporters.imports.invitation_answers import decline_invitation
from supporters.imports.invitation_mails import ask_next
from supporters.imports.models import ImportStatus
from supporters.mail.models import Letter, LetterKind
from supporters.people.address_hashes import rate_mac
from supporters.people.addresses import parse_address
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.restriction import restrict_person
from supporters.privacy_requests.address_change import ask_to_move
from supporters.privacy_requests.models import Case
from supporters.signup.confirmation import confirm_by_link
from supporters.signup.rejection import refuse_signup, undo_refusal
from tests.factories.backups import back_up, put_back
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.imports import csv_of, invitations, invited, reload
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_move, letters_to, path_in
from tests.factories.signups import (
    confirm_token,
    letter_of,
    make_subscriber,
    request_to_join,
    values_in,
)
from tests.restore.test_restore_replay import run_replay

pytestmark = pytest.mark.both_databases


def token_of(letter: Letter, name: str) -> str:
    """Return the token of one of an email's links."""
    return str(values_in(letter)[name]).rpartition("/")[2]


def move_to(address: str, new: str) -> None:
    """Change a person's address."""
    ask_to_move(subscriber_at(address).id, parse_address(new), "fr")
    letter = letters_to(new, LetterKind.NEW_ADDRESS)[-1]
    confirm_move(path_in(letter, "confirm_url").rpartition("/")[2])


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
    ask_next(clock.now())
    back_up(settings, settings.instance_dir / "backup")
    letter = letters_to(ANNA, LetterKind.RE_PERMISSION)[-1]
    assert decline_invitation(token_of(letter, "no_more_url"))
    put_back(settings, settings.instance_dir / "backup")
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
        assert refuse_signup(token_of(letter_of(request_to_join(address, national)), "not_me_url"))
    request = letter_of(request_to_join(BORIS, national))
    assert request.sealed is None
    put_back(settings, settings.instance_dir / "backup")
    run_replay(runner)
    blocked = [is_shielded(parse_address(each), clock.now()) for each in (ANNA, BORIS)]
    assert blocked == [True, True]


def test_a_confirmation_that_unblocks_the_mailbox_is_recorded(app: Flask) -> None:
    waiting = confirm_token(request_to_join(ANNA, make_list()))
    with transaction():
        shield(rate_mac(parse_address(ANNA).former_rate_key), clock.now())
    confirm_by_link(waiting)
    kinds = [each.kind for each in read_takings(journal_path())[0]]
    assert kinds == [Taken.ME_AFTER_ALL]


def test_undoing_a_rejection_is_recorded_and_outlives_a_restore(
    app: Flask, settings: Settings, runner: FlaskCliRunner
) -> None:
    letter = letter_of(request_to_join(ANNA, make_list()))
    refuse_signup(token_of(letter, "not_me_url"))
    back_up(settings, settings.instance_dir / "backup")
    undo_refusal(token_of(letter, "confirm_url"))
    put_back(settings, settings.instance_dir / "backup")
    assert is_shielded(parse_address(ANNA), clock.now())
    run_replay(runner)
    assert not is_shielded(parse_address(ANNA), clock.now())
