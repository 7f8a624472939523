"""What we never do: each line says how it stands, and a program can look behind it (REQ-143)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.evidence.compliance_checks import Promise
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import ANNA, launch
from tests.factories.exports import export
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.public.my_data_state import count_rows

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def party(app: Flask) -> None:
    """Have a party at work: a message left, and a list was taken out once."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    launch(mailing_list)
    export(mailing_list)
    seal()


@pytest.mark.parametrize(
    ("language", "checked", "broken"),
    [("en", "Checked just now", "check out"), ("fr", "Vérifié à l’instant", "se vérifie pas")],
)
def test_each_line_was_checked_while_the_page_was_made(
    party: None, client: FlaskClient, language: str, checked: str, broken: str
) -> None:
    page = client.get(f"/{language}/never").text
    assert page.count(checked) == len(Promise)
    assert broken not in page
    assert ANNA not in page


def test_a_line_that_does_not_check_out_says_so_and_the_others_stay(
    party: None, client: FlaskClient
) -> None:
    with transaction():
        db.session.execute(delete(LogEntry).where(LogEntry.kind == "exported"))
    page = client.get("/en/never").text
    assert page.count("Checked just now") == len(Promise) - 1
    assert "At this moment this doesn’t check out" in page


@pytest.mark.parametrize("promise", Promise)
def test_a_program_gets_what_the_line_was_told_from(
    party: None, client: FlaskClient, promise: Promise
) -> None:
    assert f'href="/never/{promise}.json"' in client.get("/en/never").text
    answer = client.get(f"/never/{promise}.json")
    assert answer.json is not None
    assert (answer.json["promise"], answer.json["holds"]) == (promise, True)
    assert answer.json["page"] == f"/en/never#{promise}"
    assert f'id="{promise}"' in client.get(answer.json["page"]).text
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_looking_changes_nothing(party: None, client: FlaskClient) -> None:
    before = count_rows()
    client.get("/fr/never")
    assert count_rows() == before


def test_a_promise_that_we_do_not_give_is_not_found(client: FlaskClient) -> None:
    assert client.get("/never/anything.json").status_code == 404
