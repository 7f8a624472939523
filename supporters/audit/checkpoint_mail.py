"""Mails the newest head to the data protection officer, once a day when it changed (REQ-21).

What lies in another house's mailbox can't be altered from here.
"""

from datetime import datetime, timedelta

from flask_babel import force_locale, format_datetime, gettext
from sqlalchemy import func, select

from supporters.audit.queries import count_erasures
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.locks import Lock
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Draft, announce, put_letter
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.queries import find_head

EVERY = timedelta(days=1)
USEFUL_FOR = timedelta(days=7)


def mail_head(now: datetime) -> bool:
    """Write the letter of the day, if it is due; tell whether it was."""
    with transaction():
        Lock.CHECKPOINT_LETTER.take()
        head, last = find_head(), _find_last_letter()
        if head is None or not is_due(head.sealed_at, last, now):
            return False
        letter = put_letter(_draft(head, last), now=now)
    announce(letter)
    return True


def is_due(sealed_at: datetime, last_letter: datetime | None, now: datetime) -> bool:
    """Tell whether a head is to be mailed: it is newer than the last letter, and that is a day old.

    Letters are forgotten after a month: then it is mailed once more, as a sign of life.
    """
    return last_letter is None or (sealed_at > last_letter and now - last_letter >= EVERY)


def _find_last_letter() -> datetime | None:
    return db.session.scalar(
        select(func.max(Letter.created_at)).where(Letter.kind == LetterKind.LOG_HEAD)
    )


def _draft(head: LogHead, last: datetime | None) -> Draft:
    erasures = count_erasures()
    with force_locale(DEFAULT_LANGUAGE):
        return Draft(
            kind=LetterKind.LOG_HEAD,
            recipient=current_settings().dpo_contact,
            language=DEFAULT_LANGUAGE,
            values={
                "checkpoint": head.checkpoint,
                "count": head.size,
                "moment": format_datetime(head.sealed_at, "long"),
                "erasures": erasures.count,
                "erased_records": erasures.records,
                "restorations": _describe_restorations(last),
            },
            useful_for=USEFUL_FOR,
        )


def _describe_restorations(last: datetime | None) -> list[str]:
    """Say which restorations there were since the last letter: what they lost can't be proved."""
    recent = select(Restoration).order_by(Restoration.id)
    if last is not None:
        recent = recent.where(Restoration.occurred_at > last)
    return [
        str(
            gettext(
                "A backup of the database was put back on %(moment)s: what was sealed between the "
                "backup and then is lost. Ask the operator why, if nobody told you.",
                moment=format_datetime(each.occurred_at, "long"),
            )
        )
        for each in db.session.scalars(recent)
    ]
