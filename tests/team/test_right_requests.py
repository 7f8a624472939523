"""A new owner and the rights to approve and to export need the agreement of another owner."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RightRequestStatus, RoleName
from supporters.accounts.second_person import SecondPersonFault
from supporters.actors import Actor, ActorKind, acting_as
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.team.accounts import change_role, disable_organiser, grant_right
from supporters.team.right_requests import (
    VALID_FOR,
    RequestRightError,
    decline_request,
    grant_request,
    list_right_requests,
    request_right,
)
from supporters.team.states import RIGHT_REQUEST_STATES, RightRequestMove
from supporters.team.team_invitations import (
    TeamInvitation,
    TeamInvitationError,
    accept_team_invitation,
    invite_colleague,
    revoke_invitation,
)
from tests.factories.accounts import PASSWORD, hold_since, make_organiser, make_owner
from tests.factories.signups import values_in
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

RIGHTS = [RoleName.OWNER, RoleName.APPROVER, RoleName.EXPORTER]
OTHER, THIRD = "b@parti.example", "c@parti.example"


def requested(right: RoleName = RoleName.EXPORTER, by: str = "owner@parti.example") -> RightRequest:
    made = request_right(make_organiser().id, right, make_owner(by).id)
    assert isinstance(made, RightRequest)
    return made


def account(request: RightRequest) -> Organiser:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Organiser, request.organiser_id)


def notices(name: str) -> list[str]:
    """Return the recipients of the notices with this name, by their order."""
    found = emails(EmailKind.SECURITY_NOTICE)
    return [str(values_in(each)["notice"]) for each in found if values_in(each)["notice"] == name]


@pytest.mark.parametrize("right", RIGHTS)
def test_nobody_has_a_right_before_another_owner_agrees(right: RoleName) -> None:
    make_owner(OTHER)
    request = requested(right)
    assert request.status is RightRequestStatus.OPEN
    assert not account(request).has_role(right.value)


@pytest.mark.parametrize("right", RIGHTS)
def test_another_owner_agrees(right: RoleName) -> None:
    other = make_owner(OTHER)
    request = requested(right)
    assert grant_request(request.id, other.id) is request
    assert request.status is RightRequestStatus.GRANTED
    assert account(request).has_role(right.value)
    assert account(request).has_role(RoleName.ORGANISER.value) is (right is not RoleName.OWNER)


@pytest.mark.parametrize("right", RIGHTS)
def test_another_owner_agrees_to_a_right_that_a_command_gave_meanwhile(right: RoleName) -> None:
    other = make_owner(OTHER)
    request = requested(right)
    grant_right(request.organiser_id, right)
    assert grant_request(request.id, other.id) is request
    assert account(request).has_role(right.value)


def test_the_owner_who_asks_can_not_agree() -> None:
    make_owner(OTHER)
    request = requested()
    assert request.requested_by_id is not None
    assert grant_request(request.id, request.requested_by_id) is RequestRightError.OWN_REQUEST
    assert not account(request).has_role(RoleName.EXPORTER.value)


def test_only_an_owner_agrees() -> None:
    request = requested()
    colleague = make_organiser(OTHER)
    assert grant_request(request.id, colleague.id) is SecondPersonFault.NO_RIGHT


def test_an_owner_of_yesterday_can_not_agree() -> None:
    other = make_owner(OTHER)
    hold_since(other, clock.now() - timedelta(days=1))
    assert grant_request(requested().id, other.id) is SecondPersonFault.TOO_NEW


def test_only_an_owner_can_ask() -> None:
    organiser = make_organiser()
    asked = request_right(organiser.id, RoleName.EXPORTER, organiser.id)
    assert asked is RequestRightError.NOT_AN_OWNER


def test_the_other_owners_learn_of_a_request() -> None:
    make_owner(OTHER), make_owner(THIRD)
    requested()
    assert len(notices("export_requested")) == 2


def test_a_request_is_not_made_twice() -> None:
    make_owner(OTHER)
    request = requested()
    assert request.requested_by_id is not None
    again = request_right(request.organiser_id, request.role, request.requested_by_id)
    assert again is RequestRightError.ALREADY_REQUESTED


def test_a_right_that_is_held_is_not_requested() -> None:
    owner = make_owner()
    assert request_right(owner.id, RoleName.OWNER, owner.id) is RequestRightError.ALREADY_HELD


def test_a_disabled_account_gets_no_right() -> None:
    other = make_owner(OTHER)
    request = requested()
    disable_organiser(request.organiser_id)
    assert grant_request(request.id, other.id) is RequestRightError.DISABLED
    again = request_right(request.organiser_id, RoleName.APPROVER, other.id)
    assert again is RequestRightError.DISABLED


@pytest.mark.parametrize("late", [timedelta(minutes=-1), timedelta(minutes=1)])
def test_a_request_is_valid_for_a_week(late: timedelta) -> None:
    other = make_owner(OTHER)
    request = requested()
    is_late = late > timedelta(0)
    with time_machine.travel(clock.now() + VALID_FOR + late, tick=False):
        assert (list_right_requests(clock.now()) == []) is is_late
        granted = grant_request(request.id, other.id)
    assert (granted is RequestRightError.NOT_OPEN) is is_late


@pytest.mark.both_databases
def test_after_a_week_the_right_can_be_requested_again() -> None:
    other = make_owner(OTHER)
    request = requested()
    with time_machine.travel(clock.now() + VALID_FOR, tick=False):
        again = request_right(request.organiser_id, request.role, other.id)
    assert isinstance(again, RightRequest)
    assert request.status is RightRequestStatus.LAPSED


def test_another_owner_declines_and_the_one_who_asked_learns_of_it() -> None:
    other = make_owner(OTHER)
    request = requested()
    assert decline_request(request.id, other.id) is request
    assert request.status is RightRequestStatus.DECLINED
    assert len(notices("request_declined")) == 1
    assert grant_request(request.id, other.id) is RequestRightError.NOT_OPEN


@pytest.mark.both_databases
def test_the_owner_who_asked_withdraws() -> None:
    make_owner(OTHER)
    request = requested()
    assert request.requested_by_id is not None
    decline_request(request.id, request.requested_by_id)
    assert request.status is RightRequestStatus.WITHDRAWN
    assert notices("request_declined") == []


def test_an_organiser_declines_nothing() -> None:
    request = requested()
    assert decline_request(request.id, make_organiser(OTHER).id) is RequestRightError.NOT_AN_OWNER


def invite(owner: Organiser, email: str, role: RoleName = RoleName.OWNER) -> TeamInvitation:
    """Invite somebody as an owner does in the console."""
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id)):
        invited = invite_colleague(email, role, "fr", owner_id=owner.id)
    assert isinstance(invited, TeamInvitation)
    return invited


def test_the_only_owner_of_a_new_party_makes_the_second_one_alone() -> None:
    invited = invite(make_owner(), OTHER)
    assert invited.organiser.has_role(RoleName.OWNER.value)
    assert len(notices("owner_granted")) == 2  # the owner, and the officer


def test_the_second_owner_does_not_agree_to_anything_for_72_hours() -> None:
    owner = make_owner()
    invited = invite(owner, OTHER)
    accept_team_invitation(invited.welcome_url.rpartition("/")[2], PASSWORD)
    request = request_right(owner.id, RoleName.EXPORTER, owner.id)
    assert isinstance(request, RightRequest)
    assert grant_request(request.id, invited.organiser.id) is SecondPersonFault.TOO_NEW


def test_a_third_owner_needs_the_second_one_even_before_they_accept() -> None:
    owner = make_owner()
    invite(owner, OTHER)
    invited = invite(owner, THIRD)
    assert not invited.organiser.has_role(RoleName.OWNER.value)
    assert invited.request is not None
    assert invited.request.status is RightRequestStatus.OPEN


@pytest.mark.parametrize("way", ["disabled", "demoted"])
def test_an_owner_who_removes_the_other_one_makes_no_owner_alone(way: str) -> None:
    owner, other = make_owner(), make_owner(OTHER)
    if way == "disabled":
        disable_organiser(other.id)
    else:
        change_role(other.id, RoleName.ORGANISER)
    assert not invite(owner, THIRD).organiser.has_role(RoleName.OWNER.value)


def test_after_a_revoked_invitation_the_only_owner_may_make_the_second_one_again() -> None:
    owner = make_owner()
    assert revoke_invitation(invite(owner, OTHER).organiser.id) is None
    assert invite(owner, THIRD).organiser.has_role(RoleName.OWNER.value)


def test_a_revoked_invitation_opens_no_account() -> None:
    owner, _ = make_owner(), make_owner(OTHER)
    invited = invite(owner, THIRD)
    assert revoke_invitation(invited.organiser.id) is None
    accepted = accept_team_invitation(invited.welcome_url.rpartition("/")[2], PASSWORD)
    assert accepted is TeamInvitationError.LINK_INVALID
    assert list_right_requests(clock.now()) == []


def test_the_account_of_a_colleague_who_accepted_is_not_revoked() -> None:
    assert revoke_invitation(make_organiser().id) is TeamInvitationError.ALREADY_ACCEPTED
    assert revoke_invitation(99) is TeamInvitationError.LINK_INVALID


def test_only_an_open_request_changes() -> None:
    allowed = {
        status
        for status, move in product(RightRequestStatus, RightRequestMove)
        if RIGHT_REQUEST_STATES.allows(status, move)
    }
    assert allowed == {RightRequestStatus.OPEN}
    assert all(
        RIGHT_REQUEST_STATES.allows(RightRequestStatus.OPEN, move) for move in RightRequestMove
    )


def test_two_requests_for_one_right_are_refused_by_the_database(app: Flask) -> None:
    make_owner(OTHER)
    request = requested()
    copy = {column.name: getattr(request, column.name) for column in RightRequest.__table__.columns}
    with pytest.raises(IntegrityError):
        db.session.execute(db.insert(RightRequest).values(copy | {"id": 1}))
