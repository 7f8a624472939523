"""A report that names another address is no evidence against a person's mailbox."""

from dataclasses import replace

import pytest

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.feedback.intake.apply_report import Effect, Source, apply_report
from supporters.feedback.intake.bounced_deliveries import choose_failure
from supporters.feedback.reports.report import Failure, Report, ReportKind
from supporters.lists.queries import get_list
from supporters.mail.models import OutboxEmail
from tests.factories.campaigns import ANNA, launch_to_addresses, send
from tests.factories.lists import make_list
from tests.factories.returned.feedback import report_on, report_on_email
from tests.factories.signups import request_to_join

DEAD, FULL, UNKNOWN = BounceClass.NO_MAILBOX, BounceClass.FULL, BounceClass.UNKNOWN


def chosen(address: str, *named: tuple[str | None, BounceClass]) -> BounceClass:
    """Return what a report with these failures says of an address."""
    failures = tuple(Failure(address=each, bounce_class=found) for each, found in named)
    return choose_failure(Report(kind=ReportKind.BOUNCE, failures=failures), address).bounce_class


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("Ann@example.org", "ann@EXAMPLE.org"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@BÜCHER.example"),
        ("ann+letter@example.org", "ann@example.org"),
        ("a.nn@googlemail.com", "ann@gmail.com"),
        ("ann@example.org", None),
    ],
)
def test_a_mailbox_is_dead_by_any_of_its_names(address: str, named: str | None) -> None:
    assert chosen(address, (named, DEAD)) is DEAD


@pytest.mark.parametrize("named", ["bob@example.org", "ann@example.net", "ann@faß.example", "@"])
def test_another_mailbox_that_is_dead_is_no_evidence(named: str) -> None:
    assert chosen("ann@fass.example", (named, DEAD)) is UNKNOWN
    assert chosen("ann@fass.example", (named, FULL)) is FULL


def test_of_several_the_own_one_counts() -> None:
    others = [("bob@example.org", DEAD), ("ann@example.org", FULL), (None, DEAD)]
    assert chosen("ann@example.org", *others) is FULL
    assert chosen("ann@example.org") is UNKNOWN


def forwarded(report: Report) -> Report:
    """Return the report of a server to which a mailbox forwards."""
    failures = (replace(each, address="ann@elsewhere.example") for each in report.failures)
    return replace(report, failures=tuple(failures))


@pytest.mark.usefixtures("app")
def test_a_forward_that_failed_makes_nobody_unreachable() -> None:
    campaign_id = launch_to_addresses(ANNA)
    send()
    report = forwarded(report_on(campaign_id, ANNA))
    assert apply_report(report, Source.IMAP, clock.now()) is Effect.COUNTED


@pytest.mark.usefixtures("app")
def test_a_forward_of_a_question_that_failed_calls_no_mailbox_dead() -> None:
    make_list(name="La Lettre")
    request_to_join(ANNA, get_list(1))
    email = db.session.scalars(db.select(OutboxEmail)).one()
    report = forwarded(report_on_email(email.id))
    assert apply_report(report, Source.IMAP, clock.now()) is Effect.SIGNUP_TOLD
    db.session.refresh(email)
    assert (email.bounced_at is not None, email.is_dead) == (True, False)
