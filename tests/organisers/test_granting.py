"""The right to export: beside the role, given and taken by an owner."""

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from supporters.database import db
from supporters.organisers.granting import Granted, give_export_right, take_export_right
from supporters.organisers.models import Organiser
from tests.builders import make_organiser
from tests.web.console.pages import followed, post


def rights_of(organiser: Organiser) -> list[str]:
    """Return the roles of an account, as the database has them now."""
    db.session.rollback()
    db.session.expire_all()
    return sorted(role.name for role in db.session.get_one(Organiser, organiser.id).roles)


@pytest.mark.both_databases
def test_right_comes_beside_the_role_and_goes_again(app: Flask) -> None:
    account = make_organiser()
    outcomes = [give_export_right(account.id) for _ in range(2)]
    given = rights_of(account)
    outcomes += [take_export_right(account.id) for _ in range(2)]
    assert {*outcomes} == {Granted.DONE}
    assert (given, rights_of(account)) == (["exporter", "organiser"], ["organiser"])


def test_unknown_account_is_told(app: Flask) -> None:
    assert give_export_right(99) is take_export_right(99) is Granted.UNKNOWN


def test_an_owner_gives_it_on_the_page(owner_client: FlaskClient) -> None:
    account, path = make_organiser(), "/console/organisers"
    html = followed(owner_client, post(owner_client, f"{path}/{account.id}/may-export"))
    assert rights_of(account) == ["exporter", "organiser"]
    assert f"{path}/{account.id}/may-not-export" in html
    post(owner_client, f"{path}/{account.id}/may-not-export")
    assert rights_of(account) == ["organiser"]


def test_an_operator_gives_and_takes_it(app: Flask, runner: FlaskCliRunner) -> None:
    account = make_organiser()
    runner.invoke(args=["organisers", "give-export", account.email])
    given = rights_of(account)
    runner.invoke(args=["organisers", "take-export", account.email])
    assert (given, rights_of(account)) == (["exporter", "organiser"], ["organiser"])
    unknown = runner.invoke(args=["organisers", "give-export", "nobody@parti.example"])
    assert (unknown.exit_code, "No account has this address" in unknown.stderr) == (1, True)
