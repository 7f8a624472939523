"""An intake of emails that come back that records what it was given, and commits at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from flask import Flask

from supporters.feedback.intake.apply_report import Effect, Source
from supporters.feedback.readers.bounded_parser import BoundedParser
from supporters.feedback.readers.returned_emails import EmailIntake
from supporters.feedback.reports.report import Report, ReportKind

EFFECTS = {
    ReportKind.BOUNCE: Effect.COUNTED,
    ReportKind.ANSWER: Effect.IGNORED_NO_TOKEN,
    ReportKind.UNREADABLE: Effect.UNREADABLE,
}
HUMAN = b"From: Ada <ada@example.org>\nTo: bounces@parti.example\nSubject: Hello\n\nDear party,\n"
OUT_OF_ORDER = b"X-Broken: 1\n\n"


def make_bounce(name: str, status: str = "5.1.1") -> bytes:
    """Return a delivery status notification about an email to somebody, as Postfix writes it."""
    return f"""From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: bounces+{name}@parti.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I'm sorry: {name}@example.org: host mx.example.org said: 550 {status} No such user

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {name}@example.org
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--cut--
""".encode()


class RecordedApply:
    """Stands for the use case: commits what it is given, each email once."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.emails: list[bytes] = []
        self.batches: list[int] = []
        self._known: set[bytes] = set()
        self.failure: type[Exception] | None = None
        self.fails_on = b""

    def __call__(
        self, reports: Sequence[tuple[Report, bytes | None]], source: Source, now: datetime
    ) -> list[Effect]:
        """Apply reports, as `apply_reports` does."""
        if self.failure is not None:
            raise self.failure("SELECT", {}, Exception())
        if self.fails_on and any(self.fails_on in (raw or b"") for _, raw in reports):
            raise KeyError("a fault of ours")
        self.batches.append(len(reports))
        return [self._apply(report, raw or b"") for report, raw in reports]

    def _apply(self, report: Report, raw: bytes) -> Effect:
        if raw in self._known:
            return Effect.REPEATED
        self._known.add(raw)
        self.reports.append(report)
        self.emails.append(raw)
        return EFFECTS.get(report.kind, Effect.NONE)

    def list_addresses(self) -> list[str]:
        """Return the addresses that the reports name, in order."""
        return sorted(each.address or "" for report in self.reports for each in report.failures)


@contextmanager
def recorded_intake(
    app: Flask, source: Source = Source.MAILDIR
) -> Iterator[tuple[EmailIntake, RecordedApply]]:
    """Yield an intake with the real parser in its processes."""
    parser, applied = BoundedParser(), RecordedApply()
    try:
        yield EmailIntake(app, parser, source, apply=applied), applied
    finally:
        parser.close()
