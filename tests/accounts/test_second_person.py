"""The second person: another account, with a right that it has had for 72 hours."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.second_person import (
    WAITING_TIME,
    SecondPersonFault,
    find_second_person_fault,
    was_invited_through,
)
from supporters.actors import Actor, ActorKind, acting_as
from supporters.database import db, transaction
from tests.factories.accounts import hold_since, make_account, make_owner

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

MINUTE = timedelta(minutes=1)


def make_invited(by: Organiser, email: str, since: timedelta = timedelta(0)) -> Organiser:
    """Return an owner who accepted an invitation of another owner some time ago."""
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=by.id)):
        invited = make_owner(email)
    hold_since(invited, clock.now() - since)
    return invited


def fault_of(
    approver: Organiser, initiator: Organiser | None, began: timedelta = timedelta(0)
) -> SecondPersonFault | None:
    """Return why an owner isn't the second person for an act that began some time ago."""
    return find_second_person_fault(
        approver,
        initiator.id if initiator else None,
        clock.now(),
        right=RoleName.OWNER,
        began_at=clock.now() - began,
    )


def test_another_owner_of_long_standing_is_the_second_person() -> None:
    assert fault_of(make_owner("b@parti.example"), make_owner()) is None


def test_nobody_is_their_own_second_person() -> None:
    owner = make_owner()
    assert fault_of(owner, owner) is SecondPersonFault.SAME_ACCOUNT


@pytest.mark.parametrize("role", [RoleName.ORGANISER, RoleName.DPO, RoleName.EXPORTER])
def test_an_account_without_the_right_is_not_the_second_person(role: RoleName) -> None:
    other = make_account("b@parti.example", role)
    assert fault_of(other, make_owner()) is SecondPersonFault.NO_RIGHT


@pytest.mark.both_databases
def test_the_right_of_a_disabled_account_does_not_count() -> None:
    owner, other = make_owner(), make_owner("b@parti.example")
    with transaction():
        db.session.get_one(Organiser, other.id).active = False
    assert fault_of(other, owner) is SecondPersonFault.NO_RIGHT


@pytest.mark.parametrize(
    ("since", "fault"),
    [(WAITING_TIME - MINUTE, SecondPersonFault.TOO_NEW), (WAITING_TIME + MINUTE, None)],
)
def test_a_right_counts_after_72_hours(since: timedelta, fault: SecondPersonFault | None) -> None:
    owner, other = make_owner(), make_owner("b@parti.example")
    hold_since(other, clock.now() - since)
    assert fault_of(other, owner) is fault


@pytest.mark.both_databases
def test_a_right_counts_from_the_acceptance_of_the_invitation() -> None:
    owner, other = make_owner(), make_owner("b@parti.example")
    with transaction():
        db.session.get_one(Organiser, other.id).welcomed_at = clock.now() - MINUTE
    assert fault_of(other, owner) is SecondPersonFault.TOO_NEW


def test_an_account_invited_before_the_act_began_is_not_its_second_person() -> None:
    owner = make_owner()
    puppet = make_invited(owner, "b@parti.example", since=timedelta(hours=80))
    assert fault_of(puppet, owner, began=timedelta(hours=20)) is (
        SecondPersonFault.INVITED_BY_INITIATOR
    )
    assert fault_of(puppet, owner) is None


def test_an_account_invited_by_an_invited_account_is_not_the_second_person() -> None:
    owner = make_owner()
    between = make_invited(owner, "b@parti.example", since=timedelta(hours=80))
    puppet = make_invited(between, "c@parti.example", since=timedelta(hours=79))
    assert fault_of(puppet, owner, began=timedelta(hours=20)) is (
        SecondPersonFault.INVITED_BY_INITIATOR
    )
    assert was_invited_through(puppet, owner.id)
    assert not was_invited_through(owner, puppet.id)


def test_nobody_approves_what_an_account_that_they_invited_just_began() -> None:
    owner = make_owner()
    puppet = make_invited(owner, "b@parti.example", since=timedelta(hours=1))
    assert fault_of(owner, puppet) is SecondPersonFault.INVITED_THE_INITIATOR


def test_an_old_invitation_does_not_matter() -> None:
    owner = make_owner()
    colleague = make_invited(owner, "b@parti.example", since=timedelta(hours=80))
    assert (fault_of(owner, colleague), fault_of(colleague, owner)) == (None, None)


def test_a_command_has_no_account_that_could_have_invited_the_approver() -> None:
    assert fault_of(make_owner(), None) is None
