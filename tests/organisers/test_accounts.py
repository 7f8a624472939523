"""Disabling and enabling accounts: the last owner stays, and old sessions never come back."""

import pytest
from flask import Flask

from supporters.organisers.accounts import AccountResult, disable_organiser, enable_organiser
from supporters.organisers.models import RoleName
from supporters.organisers.team_invitations import TeamInvitation, invite_organiser
from tests.factories.accounts import make_organiser, make_owner, sign_in


def test_the_last_owner_can_not_be_disabled(app: Flask) -> None:
    owner = make_owner()
    make_organiser()
    assert disable_organiser(owner.id) is AccountResult.LAST_OWNER
    assert owner.active


@pytest.mark.both_databases
def test_an_owner_can_be_disabled_while_another_works(app: Flask) -> None:
    first, _ = make_owner("a@parti.example"), make_owner("b@parti.example")
    assert disable_organiser(first.id) is AccountResult.DONE
    assert disable_organiser(first.id) is AccountResult.DONE
    assert not first.active


def test_an_invited_owner_does_not_replace_the_last_owner(app: Flask) -> None:
    owner = make_owner()
    invite_organiser("invited@parti.example", RoleName.OWNER, "fr", inviter="")
    assert disable_organiser(owner.id) is AccountResult.LAST_OWNER


def test_an_invited_owner_can_be_disabled(app: Flask) -> None:
    make_owner()
    invited = invite_organiser("invited@parti.example", RoleName.OWNER, "fr", inviter="")
    assert isinstance(invited, TeamInvitation)
    assert disable_organiser(invited.organiser.id) is AccountResult.DONE


def test_enabling_an_account_restores_no_old_session(app: Flask) -> None:
    make_owner()
    organiser = make_organiser()
    browser = sign_in(app, organiser)
    disable_organiser(organiser.id)
    assert enable_organiser(organiser.id) is AccountResult.DONE
    assert browser.get("/console/").status_code == 302
    assert sign_in(app, organiser).get("/console/").status_code == 200


def test_an_unknown_account_is_reported(app: Flask) -> None:
    assert disable_organiser(99) is AccountResult.UNKNOWN
    assert enable_organiser(99) is AccountResult.UNKNOWN
