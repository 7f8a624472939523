"""Emails that nobody here wrote: the shared collection of bounces and complaints (ADR 108)."""

import json
from pathlib import Path

import pytest

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.feedback.reports.report import Report, ReportKind
from supporters.feedback.reports.report_reader import read_report

COLLECTION = Path(__file__).parents[4] / "shared" / "corpora" / "bounces"
EXPECTED = Path(__file__).with_name("expected_classes.txt")
FOUND_AT_LEAST, RIGHT_AT_LEAST = 0.99, 0.95
Reading = tuple[ReportKind, set[BounceClass]]

pytestmark = pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="UNTRIED: the collection of bounces isn't here"
)


def read_all() -> dict[str, Report]:
    """Return what the program reads of each email of the collection."""
    files = [each for each in COLLECTION.glob("*/*") if each.suffix in {".txt", ".eml"}]
    return {f"{each.parent.name}/{each.name}": read_report(each.read_bytes()) for each in files}


def expected() -> dict[str, Reading]:
    """Return what people read of each."""
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    rows = [each.split() for each in lines if not each.startswith("#")]
    return {
        name: (ReportKind(kind), set(map(BounceClass, classes))) for name, kind, *classes in rows
    }


def reading_of(report: Report) -> Reading:
    """Return the kind and the classes of a report."""
    return report.kind, {each.bounce_class for each in report.failures}


def test_nearly_all_addresses_that_an_email_names_are_found() -> None:
    table = json.loads((COLLECTION / "flufl" / "expected.json").read_text(encoding="utf-8"))
    found = missed = 0
    for name, groups in table.items():
        report = read_report((COLLECTION / "flufl" / name).read_bytes())
        named = {each.lower() for group in groups.values() for each in group}
        read = {(each.address or "").lower() for each in report.failures}
        found, missed = found + len(named & read), missed + len(named - read)
    assert found / (found + missed) >= FOUND_AT_LEAST


def test_nearly_all_emails_have_the_kind_and_the_classes_that_people_read() -> None:
    table, reports = expected(), read_all()
    assert table.keys() == reports.keys()
    wrong = {name for name, report in reports.items() if reading_of(report) != table[name]}
    assert 1 - len(wrong) / len(table) >= RIGHT_AT_LEAST, sorted(wrong)


def test_no_mailbox_is_dead_that_people_read_as_alive() -> None:
    table = expected()
    false = [
        name
        for name, report in read_all().items()
        for each in report.failures
        if WEIGHTS[each.bounce_class] is Weight.DEAD and each.bounce_class not in table[name][1]
    ]
    assert not false


def test_no_report_about_authentication_is_a_complaint() -> None:
    kinds = {name: each.kind for name, each in read_all().items() if "not_complaints" in name}
    assert kinds
    assert ReportKind.COMPLAINT not in kinds.values()
