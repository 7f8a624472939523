"""Exports a list: records it, notifies the officer and the owners, then writes the CSV file."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from itertools import chain
from typing import TypeVar

import structlog
from flask_babel import force_locale

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.audit_log.audit_events import record_team_act
from supporters.consent.log_sealing import SEALING_FAULTS, seal_before_commit
from supporters.consent.record_forms import describe_export
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.queries import count_eligible, find_list
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.profile import PROFILE_FIELDS, list_cells
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.queries import ExportedPerson, list_export_times, stream_people
from supporters.personal_data.rules import DAY, ExportError, find_export_error
from supporters.questions.queries import list_questions
from supporters.text.local_dates import format_date_and_time
from supporters.text.spreadsheets import neutralise
from supporters.transparency_log.log_records import add_entry

USEFUL_FOR = timedelta(days=7)
log = structlog.get_logger(__name__)
COLUMNS = (
    "address",
    *PROFILE_FIELDS,
    *("list", "confirmed_at", "wording_version", "event_id"),
)
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel recognises UTF-8 by these first bytes
CHUNK_SIZE = 64 * 1024


def list_export_recipients(asked_by: str) -> dict[str, str]:
    """Return the addresses to notify of an export by this account, with their languages."""
    recipients = {current_settings().dpo_contact: DEFAULT_LANGUAGE}
    for organiser in list_active_organisers(RoleName.DPO, RoleName.OWNER):
        recipients[organiser.email] = organiser.language
    if asked_by != current_settings().dpo_contact:
        recipients.pop(asked_by, None)
    return recipients


@in_transaction
def put_export_notices(disclosure: Disclosure, list_name: str) -> Sequence[OutboxEmail]:
    """Put an email for each of these people into the outbox."""
    return [
        put_email(
            EmailDraft(
                kind=EmailKind.EXPORT_MADE,
                recipient=recipient,
                language=language,
                values={
                    "asked_by": disclosure.asked_by,
                    "list_name": list_name,
                    "people": disclosure.people,
                    "reason": disclosure.reason,
                    "when": _describe(disclosure.occurred_at, language),
                    "exports_url": link_to("console.exports"),
                },
                useful_for=USEFUL_FOR,
            ),
            now=disclosure.occurred_at,
        )
        for recipient, language in list_export_recipients(disclosure.asked_by).items()
    ]


def _describe(moment: datetime, language: str) -> str:
    with force_locale(language):
        return format_date_and_time(moment)


@dataclass(frozen=True, kw_only=True)
class RecordedExport:
    """A recorded export. Code that has one may hand out the people as they were at that time."""

    people: int
    occurred_at: datetime


Made = TypeVar("Made", bound=RecordedExport)


@dataclass(frozen=True, kw_only=True)
class Export(RecordedExport):
    """The same of a list."""

    list_id: int
    purpose_id: int
    list_name: str
    slug: str
    emails: int


def disclose_list(list_id: int, *, asked_by: str, reason: str) -> Export | ExportError:
    """Record an export and put the emails that announce it into the outbox.

    `asked_by` is the address of the account, or "shell:" and the name of the user who typed the
    command.
    """
    reason = " ".join(reason.split())
    return refuse_unlogged(partial(_disclose, list_id, asked_by=asked_by, reason=reason))


def refuse_unlogged(disclose: Callable[[], Made | ExportError]) -> Made | ExportError:
    """Return an export that the log has; nothing is recorded of another one (ADR 143)."""
    try:
        return disclose()
    except SEALING_FAULTS as error:
        log_failure("export.not_logged", error)
        return ExportError.NOT_LOGGED


@use_case
def _disclose(list_id: int, *, asked_by: str, reason: str) -> Export | ExportError:
    Lock.EXPORT.take(asked_by)
    now = clock.now()
    mailing_list = find_list(list_id)
    if mailing_list is None:
        return ExportError.UNKNOWN_LIST
    people = count_eligible(list_id, mailing_list.purpose_id, now).eligible
    fault = find_export_error(
        reason, earlier=list_export_times(asked_by, now - DAY), people=people, now=now
    )
    if fault is not None:
        return fault
    disclosure = record_export(list_id, people, asked_by=asked_by, reason=reason, now=now)
    emails = put_export_notices(disclosure, mailing_list.name)
    record_team_act(PersonAct.LIST_EXPORTED, list_id, {"people": people})
    seal_before_commit()
    log.info("export.made", disclosure=disclosure.id, list=list_id, people=people)
    return Export(
        list_id=list_id,
        purpose_id=mailing_list.purpose_id,
        list_name=mailing_list.name,
        slug=mailing_list.slug,
        people=people,
        emails=len(emails),
        occurred_at=now,
    )


@in_transaction
def record_export(
    list_id: int | None, people: int, *, asked_by: str, reason: str, now: datetime
) -> Disclosure:
    """Record an export of a list, or of the people whom a breach affects."""
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.EXPORT,
        mailing_list_id=list_id,
        asked_by=asked_by,
        reason=reason,
        people=people,
        occurred_at=now,
    )
    db.session.add(disclosure)
    add_entry(describe_export(disclosure))
    return disclosure


def write_file(export: Export, *, has_mark: bool) -> Iterator[bytes]:
    """Yield the bytes of the file of a recorded export."""
    people = stream_people(export.list_id, export.purpose_id, until=export.occurred_at)
    questions = list_questions(export.list_id)
    rows = (
        (
            *_row(person, export.list_name),
            *(each.write_cell(person.answers.get(each.id, "")) for each in questions),
        )
        for person in people
    )
    columns = (*COLUMNS, *(each.column for each in questions))
    yield from write_rows(rows, has_mark=has_mark, columns=columns)


def write_rows(
    rows: Iterable[Iterable[str]], *, has_mark: bool, columns: Sequence[str] = COLUMNS
) -> Iterator[bytes]:
    """Yield the bytes of a file with these rows; each has a cell for each of the columns."""
    lines = StringIO()
    lines.write(MARK if has_mark else "")
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in chain([columns], rows):
        writer.writerow([neutralise(cell) for cell in row])
        if lines.tell() >= CHUNK_SIZE:
            yield _empty(lines)
    yield _empty(lines)


def _row(person: ExportedPerson, list_name: str) -> Iterable[str]:
    return (
        person.address,
        *list_cells(person.profile),
        list_name,
        person.confirmed_at.isoformat(timespec="seconds"),
        str(person.wording_version),
        str(person.event_id),
    )


def _empty(lines: StringIO) -> bytes:
    """Return the buffered bytes and empty the buffer."""
    chunk = lines.getvalue().encode()
    lines.seek(0)
    lines.truncate()
    return chunk
