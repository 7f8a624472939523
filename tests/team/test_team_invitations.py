"""A team invitation creates an account without a password, and an email in its language."""

from flask import Flask

from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import list_organisers
from supporters.database import db
from supporters.mail.models import OutboxEmail
from supporters.team.team_invitations import (
    TeamInvitation,
    TeamInvitationError,
    accept_team_invitation,
    invite_organiser,
)
from tests.factories.accounts import PASSWORD, make_organiser
from tests.factories.signups import values_in

EMAIL = "new@parti.example"


def invite(role: RoleName = RoleName.ORGANISER, language: str = "fr") -> TeamInvitation:
    """Invite someone who has no password yet."""
    invited = invite_organiser(EMAIL, role, language, inviter="owner@parti.example")
    assert isinstance(invited, TeamInvitation)
    return invited


def test_an_invitation_puts_an_email_with_its_link_into_the_outbox(app: Flask) -> None:
    invited = invite(RoleName.OWNER, "en")
    email = db.session.scalars(db.select(OutboxEmail)).one()
    assert email.language == "en"
    assert values_in(email) == {
        "welcome_url": invited.welcome_url,
        "role": "owner",
        "base_url": "http://localhost",
        "inviter": "owner@parti.example",
    }
    assert invited.welcome_url.startswith("http://localhost/console/welcome/")


def test_an_invited_account_has_no_password(app: Flask) -> None:
    organiser = invite().organiser
    assert (organiser.password, organiser.welcomed_at) == (None, None)


def test_inviting_again_replaces_the_link_and_changes_the_role(app: Flask) -> None:
    first, second = invite(), invite(RoleName.OWNER)
    assert [each.email for each in list_organisers()] == [EMAIL]
    assert second.organiser.has_role("owner")
    assert not second.organiser.has_role("organiser")
    token = first.welcome_url.rpartition("/")[2]
    assert accept_team_invitation(token, PASSWORD) is TeamInvitationError.LINK_INVALID


def test_somebody_with_an_account_is_not_invited_again(app: Flask) -> None:
    make_organiser(EMAIL)
    again = invite_organiser(EMAIL, RoleName.OWNER, "fr", inviter="owner@parti.example")
    assert again is TeamInvitationError.ALREADY_ACCEPTED


def test_an_invitation_is_accepted_once(app: Flask) -> None:
    token = invite().welcome_url.rpartition("/")[2]
    assert isinstance(accept_team_invitation(token, PASSWORD), Organiser)
    assert accept_team_invitation(token, "another password") is TeamInvitationError.LINK_INVALID
