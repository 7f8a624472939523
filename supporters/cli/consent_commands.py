"""`flask consent`: verifies the transparency log; shows and compares its checkpoints."""

from typing import IO

import click

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.audit.checkpoint_comparison import (
    IN_ORDER,
    Comparison,
    ComparisonResult,
    compare_checkpoint,
)
from supporters.audit.verification_report import VerificationReport
from supporters.cli.output import Cell, Group, as_json, print_figures, print_json, refuse
from supporters.delivery.log_watch import verify_all, verify_and_record
from supporters.delivery.machines import find_machine_name
from supporters.extensions import current_settings
from supporters.people.data_keys import can_open_data_keys
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.checkpoints import Checkpoint, extract_checkpoints
from supporters.transparency_log.cosignatures import cosign
from supporters.transparency_log.log_records import signing_key
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_verifier
from supporters.web.labels import Use, label

group = Group("consent", help="Verify consents and the log that proves them.")
SHOWN = 50


@group.command("verify")
@click.option(
    "--record",
    "is_recorded",
    is_flag=True,
    help="Record the result as the worker does each night: a fault that no owner accepted holds "
    "all sending.",
)
@as_json
def verify(*, is_recorded: bool, is_json: bool) -> None:
    """Check the whole log and all records that refer to it.

    It also compares the journal of withdrawals of this machine with the people who are subscribed.
    Each fault is printed with its table and row, and the command ends with 1. Signups go on while
    it runs.
    """
    _need_keys()
    name = find_machine_name() or "shell"
    report = verify_and_record(clock.now(), name) if is_recorded else verify_all(clock.now())
    if is_json:
        print_json(
            {
                **_figures_of(report),
                "findings": [each.as_figures() for each in report.faults],
                "notes": [each.as_figures() for each in report.notes],
            }
        )
    else:
        print_figures(_figures_of(report))
        _print_findings(report)
    if report.fault_count:
        refuse(f"The consent log has {report.fault_count} faults. They are listed above.")


def _need_keys() -> None:
    if not can_open_data_keys():
        refuse("No secret key opens the data keys, so no record can be opened. See: flask doctor")


def _figures_of(report: VerificationReport) -> dict[str, Cell]:
    return {
        "entries": report.entries,
        "unsealed": report.unsealed,
        "heads": report.checkpoints,
        "records": report.records,
        "people": report.people,
        "outside": report.outside,
        "older_than_log": report.older,
        "withdrawals": report.withdrawals,
        "suppressions": report.suppressions,
        "unsealed_suppressions": report.unsealed_suppressions,
        "deliveries": report.deliveries,
        "faults": report.fault_count,
    }


def _print_findings(report: VerificationReport) -> None:
    for mark, findings, count in (
        ("BAD ", report.faults, report.fault_count),
        ("note", report.notes, len(report.notes)),
    ):
        for finding in findings[:SHOWN]:
            click.echo(f"{mark}  {finding}")
        if count > SHOWN:
            click.echo(f"{mark}  … and {count - SHOWN} more. See them with --json")


@group.command("head")
@click.option(
    "--compare",
    "external",
    type=click.File("rb"),
    help="A file with checkpoints that were stored elsewhere, such as a saved email. Use - for "
    "standard input.",
)
@as_json
def head(external: IO[bytes] | None, is_json: bool) -> None:
    """Show the newest checkpoint of the log, or compare others.

    Shows the key that verifies it, and where it is published. With --compare: shows whether the
    log contains the checkpoints in a file, with the consistency proof.
    """
    _need_keys()
    if external is None:
        _show_checkpoint(is_json=is_json)
    else:
        _compare_checkpoints(external.read(), is_json=is_json)


def _show_checkpoint(*, is_json: bool) -> None:
    newest = find_latest_checkpoint()
    if newest is None:
        refuse("Nothing is sealed yet. A worker seals every few seconds. Start it: flask worker")
    key = log_verifier().as_text()
    figures: dict[str, Cell] = {
        "size": newest.size,
        "root": newest.root.hex(),
        "sealed_at": newest.sealed_at.isoformat(),
        "checkpoint": cosign([newest])[newest.size],
        "verifier_key": key,
        "stored_in": str(checkpoints_file()),
        "mailed_to": current_settings().dpo_contact,
    }
    if is_json:
        print_json(figures)
        return
    click.echo(figures["checkpoint"])
    print_figures({name: figures[name] for name in ("verifier_key", "stored_in", "mailed_to")})


def _compare_checkpoints(raw: bytes, *, is_json: bool) -> None:
    found = [*extract_checkpoints(raw, signing_key().public_key())]
    if not found:
        refuse("This file has no checkpoint. A checkpoint begins with the name of the log.")
    rows = [_compare(each) for each in found]
    if is_json:
        print_json({"heads": rows})
    else:
        for row in rows:
            click.echo(f"{row['head']}: {row['words']}")
    wrong = sum(not row["is_in_order"] for row in rows)
    if wrong:
        refuse(f"{wrong} of {len(rows)} checkpoints don't agree with the log in this database.")


def _compare(external: Checkpoint | str) -> dict[str, object]:
    if isinstance(external, str):
        words = label(ComparisonResult.FOREIGN, Use.SHELL)
        return {"head": external.splitlines()[1], "is_in_order": False, "words": words, "proof": []}
    comparison = compare_checkpoint(external)
    return {
        "head": f"{external.size} entries, sealed {external.sealed_at or 'at an unknown time'}",
        "is_in_order": comparison.verdict in IN_ORDER,
        "words": _say(comparison),
        "size": external.size,
        "newest": None if comparison.newest is None else comparison.newest.size,
        "proof": [each.hex() for each in comparison.path],
    }


def _say(comparison: Comparison) -> str:
    words = label(comparison.verdict, Use.SHELL)
    known = comparison.acknowledged
    if known is None:
        return words
    account = None if known.account_id is None else find_organiser(known.account_id)
    name = f"account {known.account_id}" if account is None else account.email
    return words.format(name=name, moment=known.at.isoformat(timespec="seconds"))
