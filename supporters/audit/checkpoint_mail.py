"""Mails the latest checkpoint to the data protection officer, at most once a day (REQ-21).

A copy in a mailbox of another organisation can't be altered from here.
"""

from datetime import datetime, timedelta

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import func, select

from supporters import clock
from supporters.audit.queries import count_erasures
from supporters.audit.verification_results import find_open_faults, list_results
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.locks import Lock
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.text.local_dates import format_date_and_time
from supporters.transparency_log.cosignatures import cosign
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_verifier

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
                "checkpoint": cosign([checkpoint])[checkpoint.size],
                "count": checkpoint.size,
                "moment": format_date_and_time(checkpoint.sealed_at),
                "erasures": erasures.count,
                "erased_records": erasures.records,
                "verification": _describe_verification(),
                "restorations": _describe_restorations(last),
                **_describe_watching(),
            },
            useful_for=USEFUL_FOR,
        )


def _describe_watching() -> dict[str, str]:
    """Return the command that watches the log, with its key, and where its script is."""
    address = f"{current_settings().base_url}/consent-log"
    command = f'python watch_log.py {address} "{log_verifier().as_text()}" state.txt'
    return {"command": command, "script_url": f"{address}/watch_log.py"}


def _describe_verification() -> str:
    """Return what the last verification of the log found."""
    now = clock.now()
    opened, results = find_open_faults(now), list_results(now)
    if opened is not None:
        return str(
            ngettext(
                "The verification of %(moment)s found %(count)s fault in the log or in the records "
                "of consent, and no owner has accepted it. Ask the owners and the operator.",
                "The verification of %(moment)s found %(count)s faults in the log or in the "
                "records of consent, and no owner has accepted them. Ask the owners and the "
                "operator.",
                opened.faults,
                count=opened.faults,
                moment=format_date_and_time(opened.at),
            )
        )
    if not results:
        return str(
            gettext(
                "The log was not verified in the last two days. Ask the operator if this message "
                "says so again tomorrow."
            )
        )
    return str(
        gettext(
            "The log and %(records)s records were verified on %(moment)s. Faults that an owner "
            "accepted: %(faults)s. Records that are older than the log, so that nothing proves "
            "their date: %(older)s.",
            records=results[0].records,
            moment=format_date_and_time(results[0].at),
            faults=results[0].faults,
            older=results[0].older,
        )
    )


def _describe_restorations(last: datetime | None) -> list[str]:
    """Return a sentence for each restoration since the last email."""
    recent = select(Restoration).order_by(Restoration.id)
    if last is not None:
        recent = recent.where(Restoration.occurred_at > last)
    return [_describe_restoration(each) for each in db.session.scalars(recent)]


def _describe_restoration(restoration: Restoration) -> str:
    moment = format_date_and_time(restoration.occurred_at)
    if restoration.is_appended:
        words = gettext(
            "The database was restored from a backup on %(moment)s. Records lost since that "
            "backup, so that only their fingerprints remain in the log: %(count)s. If nobody told "
            "you why, ask the operator.",
            moment=moment,
            count=restoration.appended,
        )
    elif restoration.origin:
        words = gettext(
            "The database was restored from a backup on %(moment)s. The entries that were sealed "
            "after that backup are lost, so the log goes on under a new name: %(name)s. If nobody "
            "told you why, ask the operator.",
            moment=moment,
            name=restoration.origin,
        )
    else:
        words = gettext(
            "The database was restored from a backup on %(moment)s. The entries that were sealed "
            "after that backup are lost. If nobody told you why, ask the operator.",
            moment=moment,
        )
    return str(words)
