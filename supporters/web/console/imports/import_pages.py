"""Imports of former lists, for owners: the table, and one import with its progress."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from flask import Response, abort, render_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.imports.import_approval import most_invited_now
from supporters.imports.models import ImportStatus, InvitationStatus, ListImport, RejectionReason
from supporters.imports.queries import (
    count_invitations,
    find_evidence,
    find_import,
    iterate_rejections,
    list_imports,
)
from supporters.imports.rules import WAITING_TIME, busiest_day, daily_limit, days_to_invite
from supporters.imports.states import IMPORT_STATES, IN_PROCESS, UNFINISHED, ImportMove
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.web.console.console_blueprint import for_owners, may_open
from supporters.web.console.visibility import current_scope
from supporters.web.labels import label
from supporters.web.labels.import_labels import InvitationFigure

IMPORT = f"<int(max={2**31 - 1}):import_id>"
CHANGING = IN_PROCESS | {ImportStatus.ASKING}
# Transitions behind a button, each with its page. The page explains the first steps of an import
# instead, one by one.
PAGES_OF_MOVES = {
    ImportMove.RESUME: "console.resume_import",
    ImportMove.CANCEL: "console.cancel_import",
}
LINES_AT_ONCE = 2_000


class Figure(NamedTuple):
    """A number of people in one state of the invitations."""

    key: InvitationFigure
    people: int


@for_owners.get("/imports")
def imports() -> str:
    """Show all imports."""
    return render_template("console/imports/imports.html", rows=_list_visible())


@for_owners.get(f"/imports/{IMPORT}")
def show_import(import_id: int) -> str:
    """Show one import: the next step, or its progress."""
    list_import = get_import_or_404(import_id)
    return render_template(
        "console/imports/import.html",
        **describe_import(list_import),
        evidence=find_evidence(import_id),
        actions=_list_moves(list_import),
        is_own=list_import.imported_by_id == current_user.id,
    )


@for_owners.get(f"/imports/{IMPORT}/progress")
def import_progress(import_id: int) -> ResponseReturnValue:
    """Show the figures alone. The page reloads them."""
    return render_template(
        "console/imports/parts/import_progress.html",
        **describe_import(get_import_or_404(import_id)),
    )


def _list_visible() -> list[tuple[ListImport, MailingList]]:
    scope = current_scope()
    return [row for row in list_imports() if scope.covers(row[1].id)]


def describe_import(list_import: ListImport) -> dict[str, object]:
    """Return the values that all pages of an import show."""
    approver = list_import.approved_by_id
    return {
        "list_import": list_import,
        "mailing_list": get_list(list_import.mailing_list_id),
        "importer": name_of(list_import.imported_by_id),
        "approver": name_of(approver) if approver else None,
        "reasons": [
            (reason, list_import.refusals[reason.value])
            for reason in RejectionReason
            if list_import.refusals.get(reason.value)
        ],
        "refused": list_import.rows - list_import.fitting,
        **_describe_plan(list_import),
        "percent": _percent(list_import),
        "figures": _list_figures(list_import),
        "is_active": list_import.status in CHANGING,
    }


def _describe_plan(list_import: ListImport) -> dict[str, object]:
    """Return how many people are invited, how fast, and since when."""
    limit = list_import.most_invited
    if limit is None and list_import.status in UNFINISHED:
        limit = max(0, most_invited_now(list_import))
    people = list_import.fitting if limit is None else min(list_import.fitting, limit)
    begins_at = list_import.asking_since
    if begins_at is None and list_import.approved_at is not None:
        begins_at = list_import.approved_at + WAITING_TIME
    is_before = list_import.status in {ImportStatus.MAKING, ImportStatus.ASKING}
    return {
        "people": people,
        "over_limit": list_import.fitting - people,
        "waiting_hours": int(WAITING_TIME.total_seconds()) // 3600,
        "begins_at": begins_at if is_before and begins_at and begins_at > clock.now() else None,
        "days": days_to_invite(people),
        "first_day": min(daily_limit(0), people),
        "most_a_day": busiest_day(people),
    }


def get_import_or_404(import_id: int) -> ListImport:
    """Return the import, or answer 404."""
    list_import = find_import(import_id)
    if list_import is None or not current_scope().covers(list_import.mailing_list_id):
        abort(404, gettext("There is no such import."))
    return list_import


def _list_moves(list_import: ListImport) -> list[str]:
    """Return the names of the transitions that this account can make with an import now."""
    return [
        move.name
        for move, page in PAGES_OF_MOVES.items()
        if IMPORT_STATES.allows(list_import.status, move) and may_open(page)
    ]


def name_of(organiser_id: int) -> str:
    """Return the name and address of an account."""
    organiser = find_organiser(organiser_id)
    return organiser.name_and_address if organiser else ""


def _percent(list_import: ListImport) -> int:
    """Return the progress of the current stage in percent."""
    if list_import.status in IN_PROCESS:
        return int(100 * list_import.offset / max(1, list_import.file_bytes))
    return int(100 * (list_import.asked + list_import.skipped) / max(1, list_import.fitting))


def _list_figures(list_import: ListImport) -> list[Figure]:
    if list_import.asking_since is None:
        return []
    open_ones, over = count_invitations(list_import.id), _count_over_limit(list_import)
    counts = {
        InvitationFigure.WAITING: open_ones.get(InvitationStatus.WAITING, 0),
        InvitationFigure.LEAVING: open_ones.get(InvitationStatus.LEAVING, 0),
        InvitationFigure.SENT: open_ones.get(InvitationStatus.SENT, 0),
        InvitationFigure.CONFIRMED: list_import.confirmed,
        InvitationFigure.DECLINED: list_import.declined,
        InvitationFigure.UNANSWERED: list_import.unanswered,
        InvitationFigure.REFUSED: list_import.refused,
        InvitationFigure.SKIPPED: list_import.skipped - over,
        InvitationFigure.OVER_LIMIT: over,
    }
    return [Figure(key, count) for key, count in counts.items()]


def _count_over_limit(list_import: ListImport) -> int:
    """Return how many of the skipped people are beyond the limit."""
    limit = list_import.most_invited
    over = 0 if limit is None else max(0, list_import.fitting - limit)
    return min(over, list_import.skipped)


@for_owners.get(f"/imports/{IMPORT}/report.csv")
def import_report(import_id: int) -> Response:
    """Send the line number and the reason of each refused row, without its content."""
    list_import = get_import_or_404(import_id)
    words = {reason: label(reason) for reason in RejectionReason}
    header = [gettext("Line"), gettext("Code"), gettext("Reason")]
    rows = ([line, reason.value, words[reason]] for line, reason in iterate_rejections(import_id))
    response = Response(stream_with_context(_write(header, rows)), mimetype="text/csv")
    name = f"import-{list_import.id}-refused.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_owners.get(f"/imports/{IMPORT}/evidence")
def import_evidence(import_id: int) -> Response:
    """Send the supporting document as an attachment. The console never displays it."""
    evidence = find_evidence(get_import_or_404(import_id).id) or abort(404)
    response = Response(evidence.content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=evidence.name)
    return response


def _write(header: list[str], rows: Iterator[list[int | str]]) -> Iterator[str]:
    """Yield the report in blocks of lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # Excel reads the file as UTF-8 with it
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
