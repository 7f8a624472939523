"""The accounts: owners invite, disable and enable; other roles can't."""

import pytest
from flask.testing import FlaskClient

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email, list_organisers
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.people.addresses import parse_address
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.signups import values_in
from tests.web.console.pages import emails, followed, post
from tests.web.public.pages import press

PAGE = "/console/organisers"
INVITE = f"{PAGE}/invite"
NEW = "new@parti.example"
OWNER = "owner@parti.example"


def may_sign_in(email: str) -> bool:
    """Tell whether an account is enabled in the database."""
    found = db.session.scalar(db.select(Organiser.active).where(Organiser.email == email))
    return bool(found)


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


@pytest.mark.parametrize(
    ("email", "role"),
    [
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
    ],
)
def test_a_bad_invitation_is_explained(owner_client: FlaskClient, email: str, role: str) -> None:
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
