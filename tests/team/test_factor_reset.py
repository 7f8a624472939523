"""An account whose holder lost every key: another owner or an operator resets it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser_by_email, get_role
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.sign_in.password_changes import reset_password
from supporters.sign_in.second_factors import has_second_factor
from supporters.team.accounts import disable_organiser
from supporters.team.acts import TeamAct
from supporters.team.team_invitations import (
    FactorResetResult,
    TeamInvitation,
    accept_team_invitation,
    invite_organiser,
    reset_factors,
)
from tests.audit_log.test_audit_events import events
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.approvals import make_approver
from tests.factories.factors import SoftwareKey, add_app, add_key, new_codes, notices, sign_in_with
from tests.factories.resets import request_reset_token
from tests.web.console.pages import is_signed_in, sign_in_as
from tests.web.public.pages import press

EMAIL = "org@parti.example"
OWNER = "owner@parti.example"
CHOSEN = "une très longue phrase"

pytestmark = pytest.mark.either_database


@pytest.fixture
def browser(app: Flask, organiser: Organiser) -> FlaskClient:
    return sign_in(app, organiser)


@pytest.fixture
def owner(app: Flask, organiser: Organiser) -> FlaskClient:
    """Return the browser of a signed-in owner."""
    return sign_in(app, make_owner(OWNER))


def page_of(organiser: Organiser) -> str:
    return f"/console/organisers/{organiser.id}/reset-factors"


def test_a_reset_voids_every_way_to_sign_in(
    app: Flask, organiser: Organiser, browser: FlaskClient, owner: FlaskClient
) -> None:
    key = add_key(browser)
    add_app(browser)
    assert press(owner, page_of(organiser)).status_code == 303
    stranger = app.test_client()
    sign_in_with(stranger, key)
    sign_in_as(stranger, EMAIL)
    assert not is_signed_in(stranger)
    assert not is_signed_in(browser)
    assert not has_second_factor(organiser.id)


def test_the_link_of_the_email_opens_the_account_again(
    app: Flask, organiser: Organiser, browser: FlaskClient, owner: FlaskClient
) -> None:
    add_key(browser)
    press(owner, page_of(organiser))
    link = str(notices("factors_reset")[EMAIL]["notice_url"]).removeprefix("http://localhost")
    again = app.test_client()
    press(again, link, password=CHOSEN, password_confirm=CHOSEN)
    assert is_signed_in(again)
    key = add_key(again, SoftwareKey())
    assert len(new_codes(again)) == 10
    sign_in_with(other := app.test_client(), key)
    assert is_signed_in(other)
    assert again.get(link).status_code == 410


def test_owners_and_the_officer_learn_of_a_reset_without_its_link(
    organiser: Organiser, browser: FlaskClient, owner: FlaskClient
) -> None:
    press(owner, page_of(organiser))
    reports = notices("factors_reset_report")
    assert {*reports} == {OWNER, "donnees@parti.example"}
    assert all("welcome" not in str(values) for values in reports.values())
    event = events()[-1]
    assert (event.act, event.object_id) == (TeamAct.FACTORS_RESET.value, organiser.id)


def test_a_question_comes_before_a_reset(organiser: Organiser, owner: FlaskClient) -> None:
    page = owner.get(page_of(organiser))
    assert page.status_code == 200
    assert EMAIL in page.text
    assert notices("factors_reset") == {}


def test_nobody_resets_their_own_account(owner: FlaskClient) -> None:
    account = find_organiser_by_email(OWNER)
    assert account is not None
    press(owner, page_of(account))
    assert is_signed_in(owner)
    assert notices("factors_reset") == {}


def test_an_organiser_resets_nobody(organiser: Organiser, browser: FlaskClient) -> None:
    other = make_organiser("other@parti.example")
    assert browser.get(page_of(other)).status_code == 403


def test_a_disabled_account_and_an_invitation_are_not_reset(organiser: Organiser) -> None:
    make_owner(OWNER)
    disable_organiser(organiser.id)
    invited = invite_organiser("new@parti.example", RoleName.ORGANISER, "fr", inviter="")
    assert isinstance(invited, TeamInvitation)
    assert reset_factors(organiser.id) is FactorResetResult.DISABLED
    assert reset_factors(invited.organiser.id) is FactorResetResult.NOT_ACCEPTED
    assert reset_factors(9_999) is FactorResetResult.UNKNOWN


def test_an_operator_recovers_the_last_owner(runner: FlaskCliRunner, app: Flask) -> None:
    make_owner(OWNER)
    result = runner.invoke(args=["organisers", "recover", OWNER])
    assert result.exit_code == 0, result.output
    assert "http" not in result.output
    assert {*notices("factors_reset")} == {OWNER}
    assert {*notices("factors_reset_report")} == {"donnees@parti.example"}


def test_an_operator_recovers_no_unknown_account(runner: FlaskCliRunner, app: Flask) -> None:
    result = runner.invoke(args=["organisers", "recover", "nobody@parti.example"])
    assert result.exit_code == 1
    assert "No account has this address" in result.output


def test_a_reset_account_keeps_its_roles(organiser: Organiser) -> None:
    make_owner(OWNER)
    reset_factors(organiser.id)
    assert organiser.roles == [get_role(RoleName.ORGANISER)]


@pytest.mark.both_databases
@pytest.mark.parametrize("way", ["the link", "a forgotten password"])
def test_the_rights_of_a_reset_account_begin_anew(way: str, app: Flask, owner: FlaskClient) -> None:
    approver = make_approver()
    press(owner, page_of(approver))
    link = str(notices("factors_reset")[approver.email]["notice_url"])
    if way == "the link":
        accept_team_invitation(link.rpartition("/")[2], CHOSEN)
    else:
        reset_password(request_reset_token(approver.email), CHOSEN, browser="")
    fault = find_second_person_fault(approver, None, clock.now())
    assert fault is SecondPersonFault.TOO_NEW
