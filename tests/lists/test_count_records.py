"""The kept counts of people are compared with a recount, and sealed each night (n2)."""

import pytest
from flask import Flask
from sqlalchemy import text

from supporters import clock
from supporters.audit.verification_report import VerificationReport
from supporters.database import db, transaction
from supporters.delivery.log_watch import verify_and_record
from supporters.lists.count_records import check_counts
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import list_facts, read_content
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with


def two_people(app: Flask) -> None:
    """Put two people on a list."""
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)


pytestmark = [pytest.mark.both_databases, begins_with(two_people)]


def faults() -> list[str]:
    db.session.remove()
    report = VerificationReport()
    check_counts(report)
    return [str(each) for each in report.faults]


@pytest.mark.parametrize("table", ["consent_count", "people_count"])
def test_a_count_that_was_raised_is_a_named_fault(app: Flask, table: str) -> None:
    assert faults() == []
    with transaction():
        db.session.execute(text(f"UPDATE {table} SET people = people + 5000"))
    found = faults()
    assert found
    assert all(each.startswith(table) and "there are 2" in each for each in found)


def test_the_counts_of_a_night_are_sealed(app: Flask) -> None:
    verify_and_record(clock.now(), "machine")
    [night] = list_facts(FactKind.COUNTED)
    assert read_content(night)["people"] == {"counted=known": 2, "counted=on_a_list": 2}
