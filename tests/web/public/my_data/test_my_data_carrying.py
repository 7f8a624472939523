"""Other programs can read the CSV file of a person: our own importer reads it (REQ-27)."""

import csv

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.imports.models import RejectionReason
from tests.factories.imports import invitations, invited, refusals
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

FILE = f"{MY_DATA}/subscriptions.csv"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Zoe.Martin@example.org", "Zoé"),
        ("+zoe@example.org", "=1+1"),
        ("o'brien@example.org", "d’Arc; Jeanne, “Zoé”"),
        ("zoe@example.org", None),
    ],
)
def test_an_import_of_the_file_invites_the_same_person(
    client: FlaskClient, address: str, name: str | None
) -> None:
    make_subscriber(address, make_list("paris", "Paris"), given_name=name or "")
    open_my_data(client, address)
    answer = client.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-subscriptions.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    invited(answer.data)
    (invitation,) = invitations()
    assert (invitation.address, invitation.given_name, invitation.language) == (address, name, "fr")


def test_a_row_for_each_list_and_one_invitation_for_two_lists(client: FlaskClient) -> None:
    make_subscriber("zoe@example.org", make_list("paris", "Paris"), make_list("lyon", "Lyon"))
    open_my_data(client, "zoe@example.org")
    content = client.get(FILE).data
    rows = [*csv.DictReader(content.decode("utf-8-sig").splitlines())]
    assert [row["list"] for row in rows] == ["Lyon", "Paris"]
    assert refusals(invited(content)) == {3: RejectionReason.TWICE}
    assert len(invitations()) == 1


def test_nobody_gets_it_without_the_one_time_link(app: Flask) -> None:
    assert "csv" not in (app.test_client().get(FILE).mimetype or "")
