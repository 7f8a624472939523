"""Rows with English sentences get keys instead; texts that the installation changed stay."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from supporters import clock
from supporters.database import db, transaction
from supporters.privacy_requests.case_service import add_closed_case
from supporters.privacy_requests.models import CaseKind, StoredText
from supporters.retention.labels import basis_of, note_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import RuleBasis, RuleNote

pytestmark = pytest.mark.both_databases

BEFORE = "0033"
CONSENT = "The person’s explicit consent (GDPR articles 6(1)(a) and 9(2)(a))."
OWN = "Our board decided this in 2024."


def rows_of(statement: str) -> list[str]:
    """Return the only column of the rows that a query finds."""
    with db.engine.connect() as connection:
        return [*connection.scalars(text(statement))]


def test_the_rules_of_a_new_database_have_keys(app: Flask) -> None:
    rules = list_rules()
    assert {rule.basis for rule in rules} == {*RuleBasis}
    assert {rule.note for rule in rules} == {*RuleNote}


def test_a_downgrade_restores_the_sentences(app: Flask) -> None:
    downgrade(revision=BEFORE)
    assert rows_of("SELECT basis FROM retention_rule WHERE category = 'people'") == [CONSENT]
    upgrade()
    assert {rule.basis for rule in list_rules()} == {*RuleBasis}


def test_a_text_that_the_installation_changed_stays_and_is_shown(app: Flask) -> None:
    downgrade(revision=BEFORE)
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE retention_rule SET basis = :own, note = :own WHERE category = 'cases'"),
            {"own": OWN},
        )
    upgrade()
    (rule,) = [each for each in list_rules() if each.category == "cases"]
    assert (basis_of(rule.basis), note_of(rule.note)) == (OWN, OWN)


def test_the_outcome_of_a_case_survives_downgrade_and_upgrade(app: Flask) -> None:
    with transaction():
        add_closed_case(CaseKind.ACCESS, now=clock.now())
    downgrade(revision=BEFORE)
    assert rows_of("SELECT outcome FROM rights_case") == ["done at once"]
    upgrade()
    assert rows_of("SELECT outcome FROM rights_case") == [StoredText.DONE_AT_ONCE]
