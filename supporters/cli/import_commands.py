"""`flask people imports`: shows imports, and approves, cancels and resumes them."""

from datetime import datetime

import click

from supporters.accounts.queries import find_organiser, find_organiser_by_email
from supporters.cli.output import (
    Cell,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import EmailParameter, row_id
from supporters.cli.people_commands import group as people
from supporters.imports.import_approval import (
    ApproveResult,
    ImportControlResult,
    approve_import,
    cancel_import,
    resume_import,
)
from supporters.imports.models import InvitationStatus, ListImport, RejectionReason
from supporters.imports.queries import count_invitations, find_import, list_imports
from supporters.imports.rules import days_to_invite
from supporters.people.addresses import Address
from supporters.web.labels import Use, label

group = Group("imports", help="Show and control the imports of former lists.")
people.add_command(group)
import_id = click.argument("import_id", metavar="ID", type=row_id)


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List all imports, newest first."""
    rows: list[dict[str, Cell]] = [
        {
            "id": each.id,
            "list": mailing_list.slug,
            "status": each.status.value,
            "file": each.file_name,
            "rows": each.rows,
            "fitting": each.fitting,
            "asked": each.asked,
            "confirmed": each.confirmed,
        }
        for each, mailing_list in list_imports()
    ]
    if is_json:
        print_json({"imports": rows})
    else:
        print_table(rows, if_none="There is no import yet. Start with: flask people import FILE")


@group.command("show")
@import_id
@as_json
def show(import_id: int, is_json: bool) -> None:
    """Show the origin, the rejected rows and the progress of an import."""
    figures = figures_of(import_id)
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)


@group.command("approve")
@import_id
@click.option("--by", type=EmailParameter(), required=True, help="Another owner than the importer.")
def approve(import_id: int, by: Address) -> None:
    """Approve an import: each person gets one invitation.

    A worker sends the invitations over several days, the first after 48 hours.
    """
    organiser = find_organiser_by_email(by.text.lower())
    approved = approve_import(import_id, organiser.id if organiser else 0)
    if approved is not ApproveResult.DONE:
        refuse(label(approved, Use.SHELL))
    found = _get(import_id)
    count = min(found.fitting, found.most_invited or found.fitting)
    click.echo(
        f"Approved: after 48 hours a worker sends {count} invitations over about "
        f"{days_to_invite(count)} days. People are subscribed only after they confirm. Until then "
        f"you can stop it with: flask people imports cancel {import_id}"
    )


@group.command("cancel")
@import_id
def cancel(import_id: int) -> None:
    """Cancel an import. People who were invited can still accept."""
    _report(cancel_import(import_id), "Cancelled: no more invitations are sent.")


@group.command("resume")
@import_id
def resume(import_id: int) -> None:
    """Resume an import that stopped by itself."""
    _report(resume_import(import_id), "Resumed, as slowly as on its first day.")


def figures_of(import_id: int) -> dict[str, Cell]:
    """Return the figures of an import by name."""
    found = _get(import_id)
    approver = find_organiser(found.approved_by_id) if found.approved_by_id else None
    importer = find_organiser(found.imported_by_id)
    open_ones = count_invitations(import_id)
    return {
        "id": found.id,
        "status": found.status.value,
        "file": found.file_name,
        "format": found.format.value,
        "imported_by": importer.email if importer else None,
        "approved_by": approver.email if approver else None,
        "way": found.way.value if found.way else None,
        "collected_by": found.collected_by,
        "collected_from": found.collected_from,
        "collected_until": found.collected_until,
        "rows": found.rows,
        "fitting": found.fitting,
        "most_invited": found.most_invited,
        "begins_at": _text_of(found.asking_since),
        "hold_reason": found.hold_reason.value if found.hold_reason else None,
        **_count_refused(found),
        "waiting": open_ones.get(InvitationStatus.WAITING, 0),
        "asked": found.asked,
        "skipped": found.skipped,
        "not_delivered": found.refused,
        "confirmed": found.confirmed,
        "declined": found.declined,
        "unanswered": found.unanswered,
    }


def _text_of(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _count_refused(found: ListImport) -> dict[str, Cell]:
    return {
        f"refused: {label(RejectionReason(key), Use.SHELL)}": count
        for key, count in sorted(found.refusals.items())
    }


def _get(import_id: int) -> ListImport:
    found = find_import(import_id)
    if found is None:
        refuse(label(ImportControlResult.UNKNOWN, Use.SHELL))
    return found


def _report(result: ImportControlResult, done: str) -> None:
    if result is not ImportControlResult.DONE:
        refuse(label(result, Use.SHELL))
    click.echo(done)
