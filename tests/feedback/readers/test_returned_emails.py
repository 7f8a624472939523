"""Only what the database holds, and nobody misses, leaves a mailbox that people may use as well."""

import pytest

from supporters.feedback.intake.apply_report import Effect
from supporters.feedback.readers.returned_emails import Outcome
from supporters.feedback.reports.report import Report, ReportKind


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (ReportKind.BOUNCE, Effect.COUNTED),
        (ReportKind.BOUNCE, Effect.REPEATED),
        (ReportKind.ANSWER, Effect.ANSWER_PASSED_ON),
        (ReportKind.AUTO_REPLY, Effect.NONE),
    ],
)
def test_what_is_applied_leaves_the_mailbox(kind: ReportKind, effect: Effect) -> None:
    assert Outcome(Report(kind=kind, tokens=("bounces+c1.7",)), effect).is_settled


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (ReportKind.BOUNCE, None),
        (ReportKind.COMPLAINT, None),
        (ReportKind.BOUNCE, Effect.IGNORED_NO_TOKEN),
        (ReportKind.AUTO_REPLY, Effect.NONE),
        (ReportKind.ANSWER, Effect.ANSWER_COUNTED),
        (ReportKind.UNREADABLE, Effect.UNREADABLE),
    ],
)
def test_what_people_may_miss_stays(kind: ReportKind, effect: Effect | None) -> None:
    assert not Outcome(Report(kind=kind), effect).is_settled
