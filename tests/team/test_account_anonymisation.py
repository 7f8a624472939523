"""An account that was disabled long ago loses its name and address, and keeps its id."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.retention.queries import get_days
from supporters.retention.retention_actions import get_retention_actions
from supporters.retention.retention_rounds import run_retention
from supporters.retention.rules import Category
from supporters.team.account_anonymisation import anonymise_accounts
from supporters.team.accounts import (
    AccountResult,
    change_profile,
    disable_organiser,
    enable_organiser,
)
from supporters.team.acts import TeamAct
from supporters.team.team_invitations import TeamInvitation, invite_organiser, revoke_invitation
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.retention import result_of

pytestmark = pytest.mark.either_database
DAY = timedelta(days=1)
YEAR = 365


def make_disabled(email: str = "paul@parti.example") -> int:
    """Return an account with a name that is disabled now."""
    account = make_organiser(email)
    change_profile(account.id, name="Paul Lenoir", language="fr")
    disable_organiser(account.id)
    return account.id


def account(account_id: int) -> Organiser:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Organiser, account_id)


def test_a_year_after_its_end_an_account_has_neither_name_nor_address(app: Flask) -> None:
    gone_id = make_disabled()
    later = clock.now() + (YEAR + 1) * DAY
    assert anonymise_accounts(YEAR, later) == 1
    gone = account(gone_id)
    assert (gone.email, gone.name, gone.password) == (
        f"account-{gone_id}@former.invalid",
        None,
        None,
    )
    acts = db.session.scalars(db.select(AuditEvent.act).where(AuditEvent.object_id == gone_id))
    assert TeamAct.ACCOUNT_DISABLED.value in [*acts]
    assert anonymise_accounts(YEAR, later) == 0


@pytest.mark.parametrize("days", [0, YEAR - 1])
def test_a_recent_end_keeps_the_account_as_it_is(app: Flask, days: int) -> None:
    gone_id = make_disabled()
    assert anonymise_accounts(YEAR, clock.now() + days * DAY) == 0
    assert account(gone_id).name == "Paul Lenoir"


def test_an_account_at_work_is_never_anonymised(app: Flask) -> None:
    account_id = make_disabled()
    enable_organiser(account_id)
    assert anonymise_accounts(YEAR, clock.now() + 5 * YEAR * DAY) == 0
    assert account(account_id).active


@pytest.mark.both_databases
def test_a_revoked_invitation_leaves_no_address_either(app: Flask) -> None:
    invited = invite_organiser("julie@parti.example", RoleName.ORGANISER, "fr", inviter="")
    assert isinstance(invited, TeamInvitation)
    revoke_invitation(invited.organiser.id)
    assert anonymise_accounts(YEAR, clock.now() + (YEAR + 1) * DAY) == 1


@pytest.mark.both_databases
def test_an_anonymised_account_is_not_enabled_again_and_its_address_can_be_invited(
    app: Flask,
) -> None:
    gone_id = make_disabled()
    anonymise_accounts(YEAR, clock.now() + (YEAR + 1) * DAY)
    assert enable_organiser(gone_id) is AccountResult.UNKNOWN
    assert make_organiser("paul@parti.example").id != gone_id


def test_the_daily_round_anonymises_after_the_time_of_the_rule(app: Flask) -> None:
    gone_id = make_disabled()
    assert get_days(Category.ACCOUNTS) == YEAR
    later = clock.now() + (YEAR + 1) * DAY
    with time_machine.travel(later, tick=False):
        run_id = run_retention(later, get_retention_actions())
    assert result_of(run_id, Category.ACCOUNTS).deleted == 1
    assert account(gone_id).anonymised_at is not None


def test_the_team_page_shows_it_no_more(app: Flask, owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    gone_id = make_disabled()
    anonymise_accounts(YEAR, clock.now() + (YEAR + 1) * DAY)
    assert "former.invalid" not in owner_client.get("/console/organisers").text
    assert owner_client.get(f"/console/organisers/{gone_id}").status_code == 404
