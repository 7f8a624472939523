"""The page "What we never do": each line shows its check, as HTML and JSON (REQ-143)."""

import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from supporters.accountability.compliance_checks import ComplianceCheck
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import ANNA, launch
from tests.factories.exports import export
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.public.my_data_state import count_rows

FOLD = re.compile(r"<details.*?<pre>(.*?)</pre>", re.DOTALL)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def party(app: Flask) -> None:
    """Create a party with a sent campaign and an exported list."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    launch(mailing_list)
    export(mailing_list)
    seal()


@pytest.mark.parametrize(
    ("language", "checked", "broken"),
    [("en", "Checked just now", "Check failed"), ("fr", "Vérifié à l’instant", "échoue")],
)
def test_each_line_is_checked_for_each_request(
    party: None, client: FlaskClient, language: str, checked: str, broken: str
) -> None:
    page = client.get(f"/{language}/never").text
    assert page.count(checked) == len(ComplianceCheck)
    assert broken not in page
    assert ANNA not in page


@pytest.mark.both_databases
def test_a_failed_check_is_shown_and_the_others_stay(party: None, client: FlaskClient) -> None:
    with transaction():
        db.session.execute(delete(LogEntry).where(LogEntry.kind == "exported"))
    page = client.get("/en/never").text
    assert page.count("Checked just now") == len(ComplianceCheck) - 1
    assert "The check fails at this moment" in page


@pytest.mark.parametrize("promise", ComplianceCheck)
def test_a_program_gets_the_figures_of_a_check(
    party: None, client: FlaskClient, promise: ComplianceCheck
) -> None:
    assert f'href="/never/{promise}.json"' in client.get("/en/never").text
    answer = client.get(f"/never/{promise}.json")
    assert answer.json is not None
    assert (answer.json["promise"], answer.json["holds"]) == (promise, True)
    assert answer.json["page"] == f"/en/never#{promise}"
    assert f'id="{promise}"' in client.get(answer.json["page"]).text
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_the_figures_of_a_check_are_on_the_page_in_a_fold(party: None, client: FlaskClient) -> None:
    folds = FOLD.findall(client.get("/en/never").text)
    shown = [json.loads(html.unescape(figures)) for figures in folds]
    assert [each["promise"] for each in shown] == [*ComplianceCheck]
    for each in shown:
        answer = client.get(f"/never/{each['promise']}.json").json
        assert answer is not None
        assert each["figures"] == answer["figures"]


def test_looking_changes_nothing(party: None, client: FlaskClient) -> None:
    before = count_rows()
    client.get("/fr/never")
    assert count_rows() == before


def test_a_promise_that_we_do_not_give_is_not_found(client: FlaskClient) -> None:
    assert client.get("/never/anything.json").status_code == 404
