"""Reads an email that came back: what it is, whom it did not reach, and what it tells of ours.

Voices in their order: the standards (RFC 3464, RFC 5965, RFC 3798), a server's free text, then the
signs of an automatic answer (ADR 108). A report counts for nobody without a token of ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.classifier import classify
from supporters.feedback.reports import mail_kinds
from supporters.feedback.reports.delivery_status import (
    RecipientNotice,
    read_notices,
    read_written_notices,
    worst_kind,
)
from supporters.feedback.reports.enclosed_original import list_links, list_tokens, read_original
from supporters.feedback.reports.feedback_reports import kind_of_feedback, read_feedback
from supporters.feedback.reports.free_text import read_written_failures, without_copy
from supporters.feedback.reports.mail_parts import LONGEST_MAIL, MailPart, read_mail
from supporters.feedback.reports.mail_words import decode_words, read_text
from supporters.feedback.reports.report import MOST_WORDS, Failure, Report, ReportKind

READ_RECEIPTS = {"message/disposition-notification", "message/global-disposition-notification"}
ENCLOSED = "message/rfc822"
Found = tuple[ReportKind, Sequence[Failure], str | None]


def read_report(raw: bytes, sent_to: Sequence[str] = ()) -> Report:
    """Return what an email says; `sent_to` are its envelope recipients, if they are known.

    It never raises, whatever the bytes are.
    """
    try:
        return _read(raw[:LONGEST_MAIL], sent_to)
    except Exception:  # a stranger wrote it: the mail is kept and shown
        return Report(kind=ReportKind.UNREADABLE, tokens=tuple(sent_to))


def _read(raw: bytes, sent_to: Sequence[str]) -> Report:
    mail = read_mail(raw)
    text = read_text(mail)
    original = read_original(mail, text)
    kind, failures, feedback_type = _listen(raw, mail, text)
    return Report(
        kind=kind,
        failures=tuple(failures),
        tokens=list_tokens(mail, original, sent_to),
        links=list_links(original),
        feedback_type=feedback_type,
        occurred_at=_read_date(mail.get("date")),
    )


def _listen(raw: bytes, mail: MailPart, text: str) -> Found:
    """Return what the first voice says that understands an email."""
    feedback = read_feedback(mail)
    if feedback is not None:
        kind, named = kind_of_feedback(feedback)
        return kind, (), named
    is_receipt = any(each.kind in READ_RECEIPTS for each in mail.walk())
    if is_receipt and not (mail_kinds.is_of_a_server(mail) and mail_kinds.names_a_failure(mail)):
        return ReportKind.AUTO_REPLY, (), None
    notices = read_notices(mail, text)
    if notices:
        kind = worst_kind(notices)
        return kind, [each.failure for each in notices if each.kind is kind], None
    if _is_from_a_server(mail):
        return (*_read_server(raw, mail, text), None)
    return _judge_person(mail, text), (), None


def _is_from_a_server(mail: MailPart) -> bool:
    if mail_kinds.is_report(mail):
        return True
    if mail_kinds.is_of_a_server(mail):
        return not mail_kinds.says_that_it_answers(mail)
    is_answer = mail_kinds.is_of_a_responder(mail) or mail_kinds.answers_for_a_person(mail)
    return mail_kinds.names_a_failure(mail) and not is_answer


def _read_server(raw: bytes, mail: MailPart, text: str) -> tuple[ReportKind, Sequence[Failure]]:
    notices = read_written_notices(text) or _read_forwarded(mail)
    if notices:
        kind = worst_kind(notices)
        return kind, [each.failure for each in notices if each.kind is kind]
    said = without_copy(text)
    if mail_kinds.is_challenge(mail, said):
        return ReportKind.AUTO_REPLY, ()
    failures = read_written_failures(raw, mail, text)
    if not failures:
        found = classify(None, None, said)
        if found is BounceClass.UNKNOWN and not mail_kinds.names_a_failure(mail):
            return ReportKind.UNREADABLE, ()
        words = " ".join(said.split())[:MOST_WORDS]
        failures = [Failure(address=None, bounce_class=found, words=words)]
    is_dead = any(WEIGHTS[each.bounce_class] is Weight.DEAD for each in failures)
    if is_dead or not mail_kinds.warns_only(mail, said):
        return ReportKind.BOUNCE, failures
    return ReportKind.DELAY, [_for_now(each) for each in failures]


def _read_forwarded(mail: MailPart) -> list[RecipientNotice]:
    """Return what a report says that a gateway put into an email of its own."""
    inner = (read_mail(each.content) for each in mail.walk() if each.kind == ENCLOSED)
    return next((found for each in inner if (found := read_notices(each, read_text(each)))), [])


def _for_now(failure: Failure) -> Failure:
    is_unsaid = failure.bounce_class is BounceClass.UNKNOWN
    return replace(failure, bounce_class=BounceClass.TRANSIENT) if is_unsaid else failure


def _judge_person(mail: MailPart, text: str) -> ReportKind:
    if mail_kinds.asks_to_leave(mail, text):
        return ReportKind.UNSUBSCRIBE
    if mail_kinds.is_automatic(mail, text):
        return ReportKind.AUTO_REPLY
    has_words = bool(text.strip() or decode_words(mail.get("subject")).strip())
    return ReportKind.ANSWER if mail.get("from") and has_words else ReportKind.UNREADABLE


def _read_date(value: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
