"""Reports about messages of ours, as the readers of emails and providers make them."""

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.extensions import current_settings
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.queries import list_unreadable
from supporters.feedback.reports.report import Failure, Report, ReportKind
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from tests.factories.campaigns import subscriber_at


def token_of(campaign_id: int, number: int) -> str:
    """Return the envelope sender of a message: of a campaign, or of an email of the outbox."""
    return EnvelopeWriter(current_settings(), campaign_id).write(number)


def report_on(
    campaign_id: int,
    address: str,
    kind: ReportKind = ReportKind.BOUNCE,
    bounce_class: BounceClass = BounceClass.NO_MAILBOX,
    feedback_type: str | None = None,
) -> Report:
    """Return a report about a campaign's email to a person."""
    return Report(
        kind=kind,
        tokens=(token_of(campaign_id, subscriber_at(address).id),),
        failures=failures_of(kind, bounce_class),
        feedback_type=feedback_type,
    )


def report_on_email(
    email_id: int,
    kind: ReportKind = ReportKind.BOUNCE,
    bounce_class: BounceClass = BounceClass.NO_MAILBOX,
    recipient: str | None = None,
) -> Report:
    """Return a report about a transactional email; `recipient` is whom it names."""
    return Report(
        kind=kind,
        tokens=(token_of(TRANSACTIONAL, email_id),),
        failures=failures_of(kind, bounce_class, recipient),
        recipient=recipient,
    )


def make_unreadable(raw: bytes = b"\0\r") -> int:
    """Store an email that nobody could read; return its id."""
    apply_report(Report(kind=ReportKind.UNREADABLE), Source.IMAP, clock.now(), raw)
    return list_unreadable()[0].id


def failures_of(
    kind: ReportKind, bounce_class: BounceClass, address: str | None = None
) -> tuple[Failure, ...]:
    """Return the one failure of a bounce."""
    if kind is not ReportKind.BOUNCE:
        return ()
    return (Failure(address=address, bounce_class=bounce_class, status="5.1.1"),)
