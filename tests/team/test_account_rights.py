"""The rights to approve and to export: nobody has them by default, and no role includes them."""

import pytest
from flask import Flask

from supporters.accounts.models import Organiser, RoleName
from supporters.mail.models import EmailKind
from supporters.team.accounts import RightResult, grant_right, revoke_right
from tests.factories.accounts import make_account, make_dpo, make_owner
from tests.factories.signups import values_in
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

RIGHTS = [RoleName.EXPORTER, RoleName.APPROVER]


def roles(organiser: Organiser) -> list[str]:
    """Return the names of an account's roles."""
    return sorted(str(role.name) for role in organiser.roles)


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("role", [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO])
def test_no_role_includes_a_right(role: RoleName, right: RoleName) -> None:
    assert not make_account("a@parti.example", role).has_role(right.value)


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_right_is_separate_from_the_role(times: int, right: RoleName) -> None:
    organiser = make_account("a@parti.example", RoleName.ORGANISER)
    for _ in range(times):
        assert grant_right(organiser.id, right) is RightResult.DONE
    assert roles(organiser) == sorted([right.value, "organiser"])


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_right_can_be_revoked(times: int, right: RoleName) -> None:
    organiser = make_account("a@parti.example", RoleName.OWNER)
    grant_right(organiser.id, right)
    for _ in range(times):
        assert revoke_right(organiser.id, right) is RightResult.DONE
    assert roles(organiser) == ["owner"]


@pytest.mark.parametrize("right", RIGHTS)
def test_all_owners_the_officer_and_the_account_are_notified(right: RoleName) -> None:
    for make in (make_owner, make_dpo):
        make()
    organiser = make_account("a@parti.example", RoleName.ORGANISER)
    grant_right(organiser.id, right)
    notices = emails(EmailKind.SECURITY_NOTICE)
    assert {values_in(each)["account"] for each in notices} == {"a@parti.example"}
    assert len(notices) == 4  # the contact address of the officer gets one as well


def test_an_unknown_account_is_reported(app: Flask) -> None:
    assert grant_right(99, RoleName.EXPORTER) is RightResult.UNKNOWN
    assert revoke_right(99, RoleName.APPROVER) is RightResult.UNKNOWN
