"""The console pages of retention times, their changes and purges, and the record of processing."""

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock, create_app
from supporters.config import Settings
from supporters.retention.queries import get_days, list_changes
from supporters.retention.retention_rounds import run_retention
from supporters.retention.rules import Category
from tests.factories.accounts import make_owner, sign_in
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import request_to_join
from tests.web.console.pages import followed
from tests.web.public.pages import press

PAGE = "/console/retention"


def test_an_owner_changes_how_long_a_category_is_kept(owner_client: FlaskClient) -> None:
    answer = press(owner_client, f"{PAGE}/people", days="730", reason="Décision du bureau.")
    html = followed(owner_client, answer)
    assert get_days(Category.PEOPLE) == 730
    assert "Décision du bureau." in html
    assert "owner@parti.example" in html


@pytest.mark.parametrize(
    ("days", "reason"), [("1096", "x"), ("364", "x"), ("", "x"), ("many", "x"), ("730", " ")]
)
def test_what_the_law_forbids_or_nobody_explains_is_refused(
    owner_client: FlaskClient, days: str, reason: str
) -> None:
    answer = press(owner_client, f"{PAGE}/people", days=days, reason=reason)
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)
    assert [*list_changes(limit=1)] == []


@pytest.mark.parametrize("name", ["signups", "log", "nonsense"])
def test_what_is_fixed_has_no_page(owner_client: FlaskClient, name: str) -> None:
    assert owner_client.get(f"{PAGE}/{name}").status_code == 404


def test_the_officer_reads_and_changes_nothing(officer_client: FlaskClient) -> None:
    assert f"{PAGE}/people" not in officer_client.get(PAGE).text
    assert officer_client.get(f"{PAGE}/people").status_code == 403


def test_a_run_tells_what_it_deleted(owner_client: FlaskClient) -> None:
    request_to_join("ada@example.org", make_list())
    before = owner_client.get(PAGE).text
    run_retention(clock.now() + timedelta(days=4), RecordingActions().means())
    after = owner_client.get(PAGE).text
    assert "status-good" not in before
    assert "status-good" in after


def test_the_record_of_processing_is_a_page(app: Flask, settings: Settings) -> None:
    other = create_app(dataclasses.replace(settings, mail_server="relais.example.net"))
    with other.app_context():
        html = sign_in(other, make_owner()).get("/console/processing-record").text
    assert "relais.example.net" in html
    assert settings.dpo_contact in html
