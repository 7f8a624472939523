"""The page of a team invitation: a password twice. The link works once."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import TeamInvitation, invite_organiser
from tests.factories.accounts import make_owner
from tests.web.console.pages import is_signed_in, post, sign_in_as
from tests.web.public.pages import press

EMAIL = "new@parti.example"
CHOSEN = "une très longue phrase"
TWICE = {"password": CHOSEN, "password_confirm": CHOSEN}


def invite(email: str = EMAIL) -> str:
    """Invite a colleague, and return the path of the link in the email."""
    invited = invite_organiser(email, RoleName.ORGANISER, "fr", inviter="owner@parti.example")
    assert isinstance(invited, TeamInvitation)
    return invited.welcome_url.removeprefix("http://localhost")


def test_an_invited_person_chooses_a_password_and_signs_in(client: FlaskClient) -> None:
    response = press(client, invite(), **TWICE)
    assert (response.status_code, response.location) == (303, "/console/account/factors")
    assert is_signed_in(client)
    again = client.application.test_client()
    sign_in_as(again, EMAIL, CHOSEN)
    assert is_signed_in(again)


def test_an_accent_is_one_letter_however_a_keyboard_sends_it(client: FlaskClient) -> None:
    press(client, invite(), **TWICE)
    post(client, "/console/sign-out")
    sign_in_as(client, EMAIL, CHOSEN.replace("è", "e\N{COMBINING GRAVE ACCENT}"))
    assert is_signed_in(client)


def test_the_link_is_over_after_its_use(client: FlaskClient) -> None:
    path = invite()
    press(client, path, **TWICE)
    again = client.get(path)
    assert again.status_code == 410
    assert "/console/sign-in" in again.text


@pytest.mark.parametrize(
    ("password", "once_more"),
    [("court", "court"), (CHOSEN, CHOSEN + "!"), ("", ""), ("x" * 129, "x" * 129), (CHOSEN, "")],
)
def test_a_weak_or_mistyped_password_is_refused(
    client: FlaskClient, password: str, once_more: str
) -> None:
    path = invite()
    response = press(client, path, password=password, password_confirm=once_more)
    assert response.status_code == 422
    assert "error-summary" in response.text
    assert client.get(path).status_code == 200


def test_a_password_may_begin_and_end_with_spaces(client: FlaskClient) -> None:
    spaced = "  twelve letters  "
    press(client, invite(), password=spaced, password_confirm=spaced)
    sign_in_as(client, EMAIL, spaced)
    assert is_signed_in(client)


@pytest.mark.parametrize(("days", "status"), [(6, 200), (8, 410)])
def test_an_invitation_lasts_seven_days(client: FlaskClient, days: int, status: int) -> None:
    path = invite()
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        assert client.get(path).status_code == status


def test_a_newer_invitation_replaces_the_older(client: FlaskClient) -> None:
    first, second = invite(), invite()
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_an_account_disabled_before_it_was_opened_stays_closed(client: FlaskClient) -> None:
    from supporters.accounts.queries import find_organiser_by_email

    make_owner()
    path = invite()
    invited = find_organiser_by_email(EMAIL)
    assert invited is not None
    disable_organiser(invited.id)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["forged", "%00", "a" * 3000])
def test_a_forged_link_is_over(client: FlaskClient, token: str) -> None:
    assert client.get(f"/console/welcome/{token}").status_code == 410
