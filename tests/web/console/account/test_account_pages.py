"""The accounts: owners invite, disable and enable; the link of an invitation works once."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser_by_email, list_organisers
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.people.addresses import parse_address
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import TeamInvitation, invite_organiser
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.signups import values_in
from tests.web.console.pages import emails, followed, is_signed_in, post, sign_in_as
from tests.web.public.pages import press

PAGE = "/console/organisers"
INVITE = f"{PAGE}/invite"
NEW = "new@parti.example"
OWNER = "owner@parti.example"
EMAIL = "new@parti.example"
CHOSEN = "une très longue phrase"
TWICE = {"password": CHOSEN, "password_confirm": CHOSEN}


def may_sign_in(email: str) -> bool:
    """Tell whether an account is enabled in the database."""
    found = db.session.scalar(db.select(Organiser.active).where(Organiser.email == email))
    return bool(found)


def invite(email: str = EMAIL) -> str:
    """Invite a colleague, and return the path of the link in the email."""
    invited = invite_organiser(email, RoleName.ORGANISER, "fr", inviter="owner@parti.example")
    assert isinstance(invited, TeamInvitation)
    return invited.welcome_url.removeprefix("http://localhost")


def test_an_owner_invites_somebody(owner_client: FlaskClient) -> None:
    followed(owner_client, press(owner_client, INVITE, email=NEW, role="organiser"))
    invited = find_organiser_by_email(NEW)
    assert invited is not None
    assert [role.name for role in invited.roles] == ["organiser"]
    assert values_in(emails(EmailKind.TEAM_INVITATION)[-1])["inviter"] == OWNER


def test_inviting_twice_renews_the_email(owner_client: FlaskClient) -> None:
    for _ in range(2):
        assert press(owner_client, INVITE, email=NEW, role="organiser").status_code == 303
    assert [each.email for each in list_organisers()] == [NEW, OWNER]


def test_an_address_is_invited_once_however_it_is_written(owner_client: FlaskClient) -> None:
    press(owner_client, INVITE, email=" New@PARTI.example ", role="organiser")
    assert find_organiser_by_email(parse_address(NEW).key) is not None


def test_a_bad_invitation_is_explained(owner_client: FlaskClient) -> None:
    cases = [
        ("", "organiser"),
        ("no address", "organiser"),
        ("a@b", "organiser"),
        ("a\0@parti.example", "organiser"),
        ("a@parti.example\r\nBcc: b@c.example", "organiser"),
        ("é@parti.example", "organiser"),
        ("a" * 300 + "@parti.example", "organiser"),
        (OWNER, "organiser"),
        (NEW, "emperor"),
        (NEW, ""),
    ]
    for email, role in cases:
        response = press(owner_client, INVITE, email=email, role=role)
        assert response.status_code == 422
        assert "error-summary" in response.text
        assert [each.email for each in list_organisers()] == [OWNER]


def test_disabling_and_enabling_an_account(owner_client: FlaskClient) -> None:
    organiser = make_organiser(NEW)
    post(owner_client, f"{PAGE}/{organiser.id}/disable")
    assert not may_sign_in(NEW)
    post(owner_client, f"{PAGE}/{organiser.id}/enable")
    assert may_sign_in(NEW)


def test_the_last_owner_is_not_disabled(owner_client: FlaskClient) -> None:
    owner = find_organiser_by_email(OWNER)
    assert owner is not None
    page = followed(owner_client, post(owner_client, f"{PAGE}/{owner.id}/disable"))
    assert "message-bad" in page
    assert may_sign_in(OWNER)


def test_an_owner_who_disables_themself_is_out_at_once(owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    owner = find_organiser_by_email(OWNER)
    assert owner is not None
    post(owner_client, f"{PAGE}/{owner.id}/disable")
    assert owner_client.get("/console/").status_code == 302


@pytest.mark.parametrize("number", ["99", "0", f"{2**64}"])
def test_an_unknown_account_is_a_page_that_says_so(owner_client: FlaskClient, number: str) -> None:
    assert post(owner_client, f"{PAGE}/{number}/disable").status_code == 404


def test_only_owners_see_the_way_to_the_accounts(
    owner_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    assert f'href="{PAGE}"' in owner_client.get("/console/").text
    assert f'href="{PAGE}"' not in organiser_client.get("/console/").text


def test_somebody_who_never_comes_is_not_invited_without_end(owner_client: FlaskClient) -> None:
    new = {"email": "new@parti.example", "role": "organiser"}
    answers = [press(owner_client, INVITE, **new) for _ in range(6)]
    assert [each.status_code for each in answers] == [303] * 5 + [422]
    assert "invitée 5 fois" in answers[-1].text
    assert len(emails(EmailKind.TEAM_INVITATION)) == 5


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
