"""Changes of accounts: the last owner stays, old rights never come back, old names go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import count_active_owners
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.retention.queries import get_days
from supporters.retention.retention_actions import get_retention_actions
from supporters.retention.retention_rounds import run_retention
from supporters.retention.rules import Category
from supporters.team.accounts import (
    AccountResult,
    anonymise_accounts,
    change_profile,
    change_role,
    disable_organiser,
    enable_organiser,
    grant_right,
)
from supporters.team.acts import TeamAct
from supporters.team.list_scopes import LimitResult, limit_organiser, scope_of
from supporters.team.team_invitations import TeamInvitation, invite_organiser, revoke_invitation
from tests.factories.accounts import make_account, make_organiser, make_owner, sign_in
from tests.factories.approvals import notices
from tests.factories.lists import make_list
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


def test_the_account_the_owners_and_the_officer_learn_who_was_disabled(app: Flask) -> None:
    make_owner("second@parti.example")
    disable_organiser(make_owner().id)
    disable_organiser(make_organiser().id)
    told = [address for address, notice in notices() if notice == "account_disabled"]
    officer = "donnees@parti.example"
    assert sorted(told) == sorted(
        ["owner@parti.example", "org@parti.example", *2 * ["second@parti.example", officer]]
    )


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
    assert change_role(99, RoleName.DPO) is AccountResult.UNKNOWN


@pytest.mark.both_databases
def test_the_last_owner_keeps_the_role(app: Flask) -> None:
    owner = make_owner()
    make_organiser()
    assert change_role(owner.id, RoleName.DPO) is AccountResult.LAST_OWNER
    assert owner.has_role(RoleName.OWNER.value)


@pytest.mark.both_databases
def test_a_new_role_replaces_the_old_one_and_keeps_the_rights(app: Flask) -> None:
    make_owner()
    organiser = make_organiser()
    grant_right(organiser.id, RoleName.APPROVER)
    assert change_role(organiser.id, RoleName.DPO) is AccountResult.DONE
    assert {str(role.name) for role in organiser.roles} == {"dpo", "approver"}


def test_an_owner_is_no_longer_limited_to_lists(app: Flask) -> None:
    organiser, mailing_list = make_organiser(), make_list()
    limit_organiser(organiser.id, [mailing_list.id])
    change_role(organiser.id, RoleName.OWNER)
    assert scope_of(organiser).covers(None)


@pytest.mark.parametrize("role", [RoleName.OWNER, RoleName.DPO])
def test_only_an_organiser_is_limited(app: Flask, role: RoleName) -> None:
    account, mailing_list = make_account("a@parti.example", role), make_list()
    assert limit_organiser(account.id, [mailing_list.id]) is LimitResult.NOT_AN_ORGANISER
    assert limit_organiser(99, None) is LimitResult.UNKNOWN
    assert not account.is_limited


@pytest.mark.both_databases
def test_the_rights_of_an_enabled_account_count_as_new(app: Flask) -> None:
    owner, other = make_owner(), make_owner("b@parti.example")
    disable_organiser(other.id)
    enable_organiser(other.id)
    fault = find_second_person_fault(other, owner.id, clock.now(), right=RoleName.OWNER)
    assert fault is SecondPersonFault.TOO_NEW


def test_an_account_that_is_enabled_already_keeps_its_time(app: Flask) -> None:
    owner, other = make_owner(), make_owner("b@parti.example")
    enable_organiser(other.id)
    assert find_second_person_fault(other, owner.id, clock.now(), right=RoleName.OWNER) is None


@pytest.mark.both_databases
def test_of_two_owners_who_demote_each_other_one_stays(app: Flask) -> None:
    owners = [make_owner(), make_owner("b@parti.example")]
    together = Barrier(2)

    def demote(other_id: int) -> AccountResult:
        with app.app_context():
            together.wait(timeout=60)
            return change_role(other_id, RoleName.ORGANISER)

    with ThreadPoolExecutor(2) as threads:
        results = [*threads.map(demote, [each.id for each in owners])]
    db.session.rollback()
    db.session.expire_all()
    assert set(results) == {AccountResult.DONE, AccountResult.LAST_OWNER}
    assert count_active_owners() == 1


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
