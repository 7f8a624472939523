"""Mails the latest checkpoint to the data protection officer, at most once a day (REQ-21).

A copy in a mailbox of another organisation can't be altered from here.
"""

from datetime import datetime, timedelta

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from supporters.audit.queries import count_erasures
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.local_dates import format_date_and_time
from supporters.locks import Lock
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_latest_checkpoint

EVERY = timedelta(days=1)
USEFUL_FOR = timedelta(days=7)


def mail_checkpoint(now: datetime) -> bool:
    """Write the email of the day if it is due; tell whether it was."""
    with transaction():
        Lock.CHECKPOINT_EMAIL.take()
        checkpoint, last = find_latest_checkpoint(), _find_last_email()
        if checkpoint is None or not is_due(checkpoint.sealed_at, last, now):
            return False
        put_email(_draft(checkpoint, last), now=now)
    return True


def is_due(sealed_at: datetime, last_email: datetime | None, now: datetime) -> bool:
    """Tell whether to mail a checkpoint: it is newer than the last email, which is a day old.

    Emails are purged after a month. Then it is mailed again, which shows that the log still works.
    """
    return last_email is None or (sealed_at > last_email and now - last_email >= EVERY)


def _find_last_email() -> datetime | None:
    return db.session.scalar(
        select(func.max(OutboxEmail.created_at)).where(OutboxEmail.kind == EmailKind.CHECKPOINT)
    )


def _draft(checkpoint: LogCheckpoint, last: datetime | None) -> EmailDraft:
    erasures = count_erasures()
    with force_locale(DEFAULT_LANGUAGE):
        return EmailDraft(
            kind=EmailKind.CHECKPOINT,
            recipient=current_settings().dpo_contact,
            language=DEFAULT_LANGUAGE,
            values={
                "checkpoint": checkpoint.checkpoint,
                "count": checkpoint.size,
                "moment": format_date_and_time(checkpoint.sealed_at),
                "erasures": erasures.count,
                "erased_records": erasures.records,
                "restorations": _describe_restorations(last),
            },
            useful_for=USEFUL_FOR,
        )


def _describe_restorations(last: datetime | None) -> list[str]:
    """Return a sentence for each restoration since the last email."""
    recent = select(Restoration).order_by(Restoration.id)
    if last is not None:
        recent = recent.where(Restoration.occurred_at > last)
    return [
        str(
            gettext(
                "The database was restored from a backup on %(moment)s. The entries that were "
                "sealed after that backup are lost. If nobody told you why, ask the operator.",
                moment=format_date_and_time(each.occurred_at),
            )
        )
        for each in db.session.scalars(recent)
    ]
