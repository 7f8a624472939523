"""The right to export: nobody has it by default, and it is separate from the role."""

import pytest
from flask import Flask

from supporters.organisers.accounts import ExportRightResult, grant_export, revoke_export
from supporters.organisers.models import Organiser, RoleName
from tests.factories.accounts import make_account

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def roles(organiser: Organiser) -> list[str]:
    """Return the names of an account's roles."""
    return sorted(str(role.name) for role in organiser.roles)


@pytest.mark.parametrize("role", [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO])
def test_no_role_includes_the_right(role: RoleName) -> None:
    assert not make_account("a@parti.example", role).has_role(RoleName.EXPORTER.value)


@pytest.mark.parametrize("times", [1, 2])
def test_it_is_separate_from_the_role(times: int) -> None:
    organiser = make_account("a@parti.example", RoleName.ORGANISER)
    for _ in range(times):
        assert grant_export(organiser.id) is ExportRightResult.DONE
    assert roles(organiser) == ["exporter", "organiser"]


@pytest.mark.parametrize("times", [1, 2])
def test_it_can_be_revoked(times: int) -> None:
    organiser = make_account("a@parti.example", RoleName.OWNER)
    grant_export(organiser.id)
    for _ in range(times):
        assert revoke_export(organiser.id) is ExportRightResult.DONE
    assert roles(organiser) == ["owner"]


def test_an_unknown_account_is_reported(app: Flask) -> None:
    assert grant_export(99) is ExportRightResult.UNKNOWN
    assert revoke_export(99) is ExportRightResult.UNKNOWN
