"""The team's page: roles, rights and lists of accounts change after a question, by two owners."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RoleName
from supporters.accounts.queries import find_organiser_by_email
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.team.right_requests import request_right
from tests.factories.accounts import PASSWORD, make_account, make_organiser, make_owner, sign_in
from tests.factories.lists import make_list
from tests.factories.signups import values_in
from tests.web.console.pages import emails, followed, post, speak_english
from tests.web.public.pages import hidden_values, press

PAGE = "/console/organisers"
OTHER = "second@parti.example"
ELEVEN_MINUTES = timedelta(minutes=11)


def roles(email: str) -> set[str]:
    """Return the roles and rights of an account."""
    found = find_organiser_by_email(email)
    assert found is not None
    return {str(role.name) for role in found.roles}


def english(client: FlaskClient) -> FlaskClient:
    speak_english(client)
    return client


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return the browser of an owner who is not alone, in English."""
    make_owner(OTHER)
    return english(sign_in(app, make_owner()))


def test_a_right_is_asked_for_by_one_owner_and_given_by_another(
    app: Flask, owner: FlaskClient
) -> None:
    organiser = make_organiser()
    other = english(sign_in(app, find_organiser_by_email(OTHER) or make_owner(OTHER)))
    account = f"{PAGE}/{organiser.id}"
    press(owner, f"{account}/rights/exporter")
    assert roles(organiser.email) == {"organiser"}
    link = re.search(r'href="(/console/organisers/requests/\d+)"', other.get("/console/").text)
    assert link is not None
    assert 'name="agree"' not in owner.get(link[1]).text
    press(other, link[1], agree="yes")
    assert roles(organiser.email) == {"organiser", "exporter"}
    press(owner, f"{account}/rights/exporter/revoke")
    assert roles(organiser.email) == {"organiser"}


def test_another_owner_declines(app: Flask, owner: FlaskClient) -> None:
    organiser = make_organiser()
    press(owner, f"{PAGE}/{organiser.id}/rights/approver")
    request = db.session.scalars(db.select(RightRequest)).one()
    other = english(sign_in(app, find_organiser_by_email(OTHER) or make_owner(OTHER)))
    assert "You declined" in followed(other, press(other, f"{PAGE}/requests/{request.id}"))
    assert roles(organiser.email) == {"organiser"}
    assert "Waiting for an owner" not in owner.get(PAGE).text


def test_a_request_that_is_over_leads_back_with_the_reason(owner: FlaskClient) -> None:
    assert "decided already" in followed(owner, owner.get(f"{PAGE}/requests/1"))
    assert "decided already" in followed(owner, post(owner, f"{PAGE}/requests/1", agree="yes"))


def test_an_invited_owner_begins_as_an_organiser(owner: FlaskClient) -> None:
    page = followed(owner, press(owner, f"{PAGE}/invite", email="c@parti.example", role="owner"))
    assert "They become an owner when another owner agrees" in page
    assert roles("c@parti.example") == {"organiser"}


def test_the_only_owner_is_led_to_inviting_the_second(owner_client: FlaskClient) -> None:
    english(owner_client)
    assert "There is only one owner." in owner_client.get(PAGE).text
    for page in (owner_client.get("/console/").text, owner_client.get(PAGE).text):
        assert f'href="{PAGE}/invite?role=owner"' in page
    assert re.search(
        r'checked[^>]*value="owner"', owner_client.get(f"{PAGE}/invite?role=owner").text
    )
    press(owner_client, f"{PAGE}/invite", email=OTHER, role="owner")
    assert roles(OTHER) == {"owner"}


def test_with_two_owners_nothing_is_said_of_a_second(owner: FlaskClient) -> None:
    for page in ("/console/", PAGE):
        assert "There is only one owner." not in owner.get(page).text


def test_an_organiser_is_told_nothing_of_owners(app: Flask, organiser_client: FlaskClient) -> None:
    make_owner()
    assert "There is only one owner." not in english(organiser_client).get("/console/").text


def test_a_role_is_changed_and_the_rights_stay(owner: FlaskClient) -> None:
    organiser = make_organiser()
    press(owner, f"{PAGE}/{organiser.id}/role", role="dpo")
    assert roles(organiser.email) == {"dpo"}
    assert {values_in(each)["notice"] for each in emails(EmailKind.SECURITY_NOTICE)} == {
        "account_changed"
    }


def test_the_role_of_an_owner_is_only_requested(owner: FlaskClient) -> None:
    organiser = make_organiser()
    page = followed(owner, press(owner, f"{PAGE}/{organiser.id}/role", role="owner"))
    assert "Another owner must agree" in page
    assert roles(organiser.email) == {"organiser"}


def test_the_last_owner_keeps_the_role(owner_client: FlaskClient) -> None:
    account = find_organiser_by_email("owner@parti.example")
    assert account is not None
    english(owner_client)
    page = followed(owner_client, press(owner_client, f"{PAGE}/{account.id}/role", role="dpo"))
    assert "This is the last owner" in page
    assert roles(account.email) == {"owner"}


def test_an_organiser_is_limited_to_lists_and_the_limit_ends(owner: FlaskClient) -> None:
    organiser, lyon = make_organiser(), make_list("lyon", "Lyon")
    make_list("paris", "Paris")
    page = f"{PAGE}/{organiser.id}/lists"
    press(owner, page, extent="some", lists=str(lyon.id))
    assert "only: Lyon" in owner.get(PAGE).text
    ticked = re.findall(r"<input checked[^>]*>", owner.get(page).text)
    assert [re.findall(r'(?:name|value)="(\w+)"', each) for each in ticked] == [
        ["extent", "some"],
        ["lists", str(lyon.id)],
    ]
    press(owner, page, extent="all")
    assert "only: Lyon" not in owner.get(PAGE).text


def test_a_limit_to_no_list_is_explained(owner: FlaskClient) -> None:
    organiser = make_organiser()
    for fields in [{"extent": "some"}, {"extent": "some", "lists": "99"}, {}]:
        form = hidden_values(owner.get(f"{PAGE}/{organiser.id}/lists").text)
        answer = owner.post(f"{PAGE}/{organiser.id}/lists", data={**form, **fields})
        assert answer.status_code == 422
        assert "error-summary" in answer.text
        assert not db.session.get_one(Organiser, organiser.id).is_limited


def test_an_owner_is_not_limited(owner: FlaskClient) -> None:
    account, lyon = find_organiser_by_email(OTHER), make_list("lyon", "Lyon")
    assert account is not None
    page = f"{PAGE}/{account.id}/lists"
    assert "Only an organiser" in followed(
        owner, press(owner, page, extent="some", lists=str(lyon.id))
    )
    assert not db.session.get_one(Organiser, account.id).is_limited


def test_an_invitation_is_sent_again_and_revoked(owner: FlaskClient) -> None:
    press(owner, f"{PAGE}/invite", email="c@parti.example", role="organiser")
    invited = find_organiser_by_email("c@parti.example")
    assert invited is not None
    account = f"{PAGE}/{invited.id}"
    press(owner, f"{account}/invitation")
    sent = [values_in(each) for each in emails(EmailKind.TEAM_INVITATION)]
    first, second = [each["welcome_url"] for each in sent][-2:]
    assert owner.get(first.removeprefix("http://localhost")).status_code == 410
    assert owner.get(second.removeprefix("http://localhost")).status_code == 200
    press(owner, f"{account}/invitation/revoke")
    assert owner.get(second.removeprefix("http://localhost")).status_code == 410
    assert owner.get(account).status_code == 404
    assert "c@parti.example" not in owner.get(PAGE).text


def test_an_account_that_was_accepted_has_no_invitation_to_send(owner: FlaskClient) -> None:
    account = f"{PAGE}/{make_organiser().id}"
    for path in ("invitation", "invitation/revoke"):
        assert post(owner, f"{account}/{path}").status_code == 404


def test_the_last_sign_in_is_shown(app: Flask, owner: FlaskClient) -> None:
    organiser = make_organiser()
    assert "none recorded" in owner.get(f"{PAGE}/{organiser.id}").text
    sign_in(app, organiser)
    assert "none recorded" not in owner.get(f"{PAGE}/{organiser.id}").text


def test_a_question_comes_before_each_change(owner: FlaskClient) -> None:
    account = f"{PAGE}/{make_organiser().id}"
    for path in ["disable", "enable", "rights/exporter", "rights/approver/revoke"]:
        page = owner.get(f"{account}/{path}").text
        assert f'href="{account}"' in page
        assert 'method="post"' in page


def test_a_stolen_session_invites_no_owner_and_grants_no_export(owner: FlaskClient) -> None:
    """The attack of an unattended desk: invite oneself as an owner, grant the export right."""
    organiser = make_organiser()
    token = hidden_values(owner.get("/console/people").text)
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        new = {"email": "attacker@evil.example", "role": "owner"}
        invited = owner.post(f"{PAGE}/invite", data={**token, **new})
        granted = owner.post(f"{PAGE}/{organiser.id}/rights/exporter", data=token)
    for answer in (invited, granted):
        assert str(answer.location).startswith("/console/password")
    assert find_organiser_by_email("attacker@evil.example") is None
    assert db.session.scalars(db.select(RightRequest)).all() == []


def test_what_was_typed_comes_back_after_the_password(owner: FlaskClient) -> None:
    form = hidden_values(owner.get(f"{PAGE}/invite").text)
    new = {"email": "c@parti.example", "role": "dpo"}
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        asked = owner.post(f"{PAGE}/invite", data={**form, **new})
        page = followed(owner, press(owner, str(asked.location), password=PASSWORD))
    assert 'value="c@parti.example"' in page
    assert "we first asked you to show that it is you" in page


def test_only_owners_decide(app: Flask) -> None:
    owner, organiser = make_owner(), make_organiser()
    made = request_right(organiser.id, RoleName.APPROVER, owner.id)
    assert isinstance(made, RightRequest)
    for role in (RoleName.DPO, RoleName.APPROVER, RoleName.EXPORTER):
        browser = sign_in(app, make_account(f"{role}@parti.example", role))
        assert browser.get(f"{PAGE}/requests/{made.id}").status_code == 403
