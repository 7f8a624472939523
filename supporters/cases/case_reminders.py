"""Reminds the data protection officer ten days and two days before a case is due."""

from datetime import datetime, timedelta

from flask_babel import force_locale

from supporters.cases.case_service import NewCaseEntry, add_entry
from supporters.cases.models import Case, CaseAct
from supporters.cases.queries import has_entry, list_urgent_cases
from supporters.cases.rules import LAST_REMINDER, last_day
from supporters.database import transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.text.local_dates import format_date

REMINDER_USEFUL_FOR = timedelta(days=2)


def remind_of_cases(now: datetime) -> int:
    """Write an email for each case that needs a reminder; return how many.

    If a case is first seen in its last two days, only the second reminder is sent.
    """
    if not any(_needs_reminder(case, now) for case in list_urgent_cases(now)):
        return 0
    written = 0
    with transaction():
        Lock.CASE_REMINDER.take()
        for case in list_urgent_cases(now):
            if _needs_reminder(case, now):
                email = _write(case, now)
                add_entry(case.id, NewCaseEntry(act=_stage(case, now), at=now, email=email))
                written += 1
    return written


def _stage(case: Case, now: datetime) -> CaseAct:
    return CaseAct.REMINDED_LAST if case.due_at - now <= LAST_REMINDER else CaseAct.REMINDED


def _needs_reminder(case: Case, now: datetime) -> bool:
    since = case.extended_at or case.received_at
    return not has_entry(case.id, _stage(case, now), since=since)


def _write(case: Case, now: datetime) -> OutboxEmail:
    with force_locale(DEFAULT_LANGUAGE):
        due_on = format_date(last_day(case.due_at), "full")
    draft = EmailDraft(
        kind=EmailKind.CASE_DUE,
        recipient=current_settings().dpo_contact,
        language=DEFAULT_LANGUAGE,
        values={
            "kind": case.kind.value,
            "due_on": due_on,
            "is_late": int(now >= case.due_at),
            "case_url": link_to("console.show_case", case_id=case.id),
        },
        useful_for=REMINDER_USEFUL_FOR,
    )
    return put_email(draft, now=now)
