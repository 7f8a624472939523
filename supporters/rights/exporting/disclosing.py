"""Puts an export on the record and tells of it, before anything of it is handed out."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from supporters import clock
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_export
from supporters.consent.log.models import Disclosure, DisclosureKind
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list
from supporters.locks import Lock
from supporters.mail.outbox import announce
from supporters.rights.exporting.announcing import put_letters
from supporters.rights.exporting.queries import count_exportable, list_times_of
from supporters.rights.exporting.rules import DAY, ExportRefused, find_fault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export that is on the record: whoever holds this may hand out the list as it was then."""

    list_id: int
    purpose_id: int
    list_name: str
    slug: str
    people: int
    letters: int
    occurred_at: datetime


def disclose_list(list_id: int, *, asked_by: str, reason: str) -> Export | ExportRefused:
    """Record an export and put the letters that tell of it into the outbox.

    `asked_by` is the account's address, or shell: and the name of who typed the command.
    """
    reason = " ".join(reason.split())
    with transaction():
        Lock.EXPORT.take(asked_by)
        now = clock.now()
        mailing_list = find_list(list_id)
        if mailing_list is None:
            return ExportRefused.UNKNOWN_LIST
        people = count_exportable(list_id, mailing_list.purpose_id, now=now)
        fault = find_fault(
            reason, earlier=list_times_of(asked_by, now - DAY), people=people, now=now
        )
        if fault is not None:
            return fault
        disclosure = _record(mailing_list, people, now=now, asked_by=asked_by, reason=reason)
        letters = put_letters(disclosure, mailing_list.name)
    for letter in letters:
        announce(letter)
    log.info("export.made", disclosure=disclosure.id, list=list_id, people=people)
    return Export(
        list_id=list_id,
        purpose_id=mailing_list.purpose_id,
        list_name=mailing_list.name,
        slug=mailing_list.slug,
        people=people,
        letters=len(letters),
        occurred_at=now,
    )


def _record(
    mailing_list: MailingList, people: int, *, now: datetime, asked_by: str, reason: str
) -> Disclosure:
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.EXPORT,
        mailing_list_id=mailing_list.id,
        asked_by=asked_by,
        reason=reason,
        people=people,
        occurred_at=now,
    )
    db.session.add(disclosure)
    append(describe_export(disclosure))
    return disclosure
