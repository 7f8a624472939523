"""Reads and applies a batch of emails that came back, and says which may leave the mailbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import Flask

from supporters import clock
from supporters.database import DatabaseUnavailable, PoolExhausted
from supporters.delivery_setup.loop_test import take_loop_message
from supporters.feedback.intake.apply_report import Effect, Source, apply_reports
from supporters.feedback.readers.bounded_parser import READ_OCTETS, BoundedParser
from supporters.feedback.readers.reading_state import record_batch
from supporters.feedback.reports.report import Report, ReportKind
from supporters.logs import log_failure
from supporters.metering import metrics

MOST_EMAILS, MOST_OCTETS = 100, 4 * 1024 * 1024  # of a batch
Read = tuple[Report, bytes | None]
OF_A_LOOP_TEST = Report(kind=ReportKind.DELIVERED)
Apply = Callable[[Sequence[Read], Source, datetime], list[Effect]]


class NotStored(Exception):
    """The database is away or busy: the emails are to be read again, later."""


class ReturnedEmail(NamedTuple):
    """The beginning of an email, and the recipients of its envelope, if they are known."""

    raw: bytes
    sent_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The kind of an email and its effect; without an effect it could not be applied."""

    report: Report
    effect: Effect | None

    @property
    def is_settled(self) -> bool:
        """Whether nobody misses the email in the mailbox, which people may use as well."""
        kind = self.report.kind
        if self.effect in {None, Effect.UNREADABLE, Effect.IGNORED_NO_TOKEN}:
            return False
        if kind is ReportKind.ANSWER:
            return self.effect is Effect.ANSWER_PASSED_ON
        if kind is ReportKind.AUTO_REPLY:
            return any("+" in each for each in self.report.tokens)
        return kind is not ReportKind.UNREADABLE

    @property
    def is_unreadable(self) -> bool:
        """Whether a person should look at it."""
        return self.report.kind is ReportKind.UNREADABLE


class EmailIntake:
    """Takes batches from one source. Each is one transaction, in a session of its own."""

    def __init__(
        self, app: Flask, parser: BoundedParser, source: Source, *, apply: Apply = apply_reports
    ) -> None:
        self._app, self._parser, self._source, self._apply = app, parser, source, apply
        metrics.expect_returned(each.value for each in Effect)

    def take(self, emails: Sequence[ReturnedEmail]) -> list[Outcome]:
        """Apply emails; once it returns, what they did is committed.

        Raises NotStored or ParserGone: then they are to be read again.
        """
        with self._app.app_context():
            is_test = [*map(_take_loop_test, emails)]
            others = [each for each, is_one in zip(emails, is_test, strict=True) if not is_one]
            read = [self._parser.read(*each) for each in others]
            contents = [each.raw[:READ_OCTETS] for each in others]
            effects = self._apply_all([*zip(read, contents, strict=True)]) if others else []
            applied = map(Outcome, read, effects)
            outcomes = [
                Outcome(OF_A_LOOP_TEST, Effect.NONE) if is_one else next(applied)
                for is_one in is_test
            ]
            left = sum(not each.is_settled for each in outcomes)
            record_batch(sum(each is not None for each in effects), left)
        metrics.count_returned(each.value for each in effects if each is not None)
        return outcomes

    def _apply_all(self, reports: Sequence[Read]) -> list[Effect | None]:
        """Apply all together; if that fails, each alone, so that one of them stops no other."""
        try:
            return [*self._apply(reports, self._source, clock.now())]
        except (DatabaseUnavailable, PoolExhausted) as error:
            raise NotStored from error
        except Exception as error:  # a fault of ours: the email is left for a mended program
            log_failure("feedback.not_applied", error, emails=len(reports))
        if len(reports) == 1:
            return [None]
        return [effect for each in reports for effect in self._apply_all([each])]


def _take_loop_test(email: ReturnedEmail) -> bool:
    """Tell whether an email is a test of our own way, and compare it. Raises NotStored."""
    try:
        return take_loop_message(*email, clock.now())
    except (DatabaseUnavailable, PoolExhausted) as error:
        raise NotStored from error
