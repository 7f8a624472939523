"""`flask rights`: privacy requests by post or telephone, and the replay after a restore."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from supporters import clock
from supporters.cli.command_texts import describe_hold
from supporters.cli.output import (
    Cell,
    Command,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import read_checkpoints
from supporters.cli.people_commands import read_typed_address
from supporters.cli.record_commands import impact, record
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.withdrawal_journal import (
    Withdrawal,
    WithdrawalKind,
    journal_path,
    read_withdrawals,
)
from supporters.delivery.database_clock import database_time
from supporters.delivery.machines import trust_database
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.delivery.send_journal.claim_recovery import revoke_all_claims
from supporters.extensions import current_settings
from supporters.imports.import_approval import hold_invitations
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data import restriction
from supporters.personal_data.disk_cleanup import clear_disk, is_campaign_leaving
from supporters.personal_data.erasure import ErasureOrder, erase_address
from supporters.privacy_requests.queries import CaseState, list_cases
from supporters.privacy_requests.rules import last_day, urgency_of
from supporters.restore.journal_rebuild import rebuild_journal
from supporters.restore.restore_replay import record_lost_checkpoint, replay_withdrawals
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_last_checkpoint
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    find_largest_checkpoint,
)
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.web.labels import Use, label

journal = Group("journal", help="Rebuild the withdrawal journal of this machine.")
group = Group("rights", help="Answer privacy requests; replay withdrawals.")


@click.command("cases", cls=Command)
@as_json
@click.option("--all", "is_all", is_flag=True, help="Also list closed cases.")
def cases(*, is_json: bool, is_all: bool) -> None:
    """List the open cases by due date. Shows no address."""
    now = clock.now()
    rows: list[dict[str, Cell]] = [
        {
            "id": case.id,
            "kind": case.kind.value,
            "channel": case.channel.value,
            "is_known": case.subscriber_id is not None,
            "received_at": case.received_at.isoformat(timespec="seconds"),
            "last_day": last_day(case.due_at).isoformat(),
            "urgency": "closed" if case.closed_at else urgency_of(case.due_at, now).value,
            "is_extended": case.extended_at is not None,
        }
        for case in list_cases(CaseState.ALL if is_all else CaseState.OPEN)
    ]
    if is_json:
        print_json({"cases": rows})
    else:
        print_table(rows, if_none="No case is open.")


@click.command("clear-disk", cls=Command)
@as_json
def clear(is_json: bool) -> None:
    """Remove the deleted bytes of erased people from the files of PostgreSQL, at any size.

    The worker does it each night with the tables that it can rewrite within two seconds. Pages
    wait meanwhile: run it when few people visit. Refused while a campaign is being sent.
    """
    if is_campaign_leaving():
        refuse("A campaign is being sent. Run this again after it, or pause it before.")
    began = time.monotonic()
    clear_disk(clock.now(), is_waiting_allowed=True)
    figures = {"seconds": round(time.monotonic() - began, 1)}
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)


@journal.command("rebuild")
@as_json
def rebuild(is_json: bool) -> None:
    """Add the missing lines to the journal, from the database.

    Use it after the disk was full, or the file was lost. It is safe to run again, and while the
    worker and the pages run. With several machines it writes the lines of all of them, which does
    no harm.
    """
    try:
        added = rebuild_journal(clock.now())
    except OSError as error:
        refuse(f"{journal_path()} can't be written ({error.strerror}). Its gaps remain.")
    if is_json:
        print_json({"added": added})
    else:
        print_figures({"added": added})


@dataclass
class ReplaySources:
    """Withdrawals and checkpoints that were found, and the number of unreadable lines."""

    journals: list[Path] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    unreadable: int = 0
    checkpoints: list[Checkpoint] = field(default_factory=list)


def find_replay_sources(files: Iterable[Path], places: Iterable[Path]) -> ReplaySources:
    """Read the journals and checkpoints of this machine, of `files` and of `places`.

    A file is a journal. A place is the instance folder of another machine, or a file with
    checkpoints.
    """
    own = current_settings().instance_dir
    folders = {own.resolve(), *(each.resolve() for each in places if each.is_dir())}
    journals = {each.resolve() for each in files}
    found = [
        find_largest_checkpoint(read_checkpoints(each.read_bytes()))
        for each in places
        if not each.is_dir()
    ]
    for folder in folders:
        journal = folder / journal_path().relative_to(own)
        kept = folder / checkpoints_file().relative_to(own)
        if folder != own.resolve() and not journal.exists() and not kept.exists():
            refuse(f"{folder} isn't an instance folder: it has neither {journal} nor {kept}.")
        journals |= {each for each in [journal] if each.exists()}
        found.append(_find_last_checkpoint(kept))
    checkpoints = [each for each in found if each]
    sources = ReplaySources(journals=sorted(journals), checkpoints=checkpoints)
    for path in sources.journals:
        withdrawals, unreadable = read_withdrawals(path)
        sources.withdrawals += withdrawals
        sources.unreadable += unreadable
    return sources


def _find_last_checkpoint(path: Path) -> Checkpoint | None:
    try:
        return find_last_checkpoint(path)
    except CheckpointInvalid:
        refuse(f"Another key than this database's signed the last checkpoint in {path}.")


for command in (cases, clear, impact, record, journal):
    group.add_command(command)
A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
ADDRESS_HELP = (
    "Without ADDRESS it is read from standard input, and leaves no trace in the history of the "
    "shell."
)


@group.command("erase", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def erase(address: str) -> None:
    """Erase a person. This can't be undone."""
    erased = erase_address(
        read_typed_address(address),
        ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER),
    )
    click.echo(label(erased, Use.SHELL))


@group.command("restrict", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def restrict(address: str) -> None:
    """Restrict the data of a person (GDPR 18).

    The person gets no email. Nothing is changed or deleted until the restriction is lifted.
    """
    _change(address, restriction.restrict_person)
    click.echo("Restricted. The person gets no email, and their data isn't changed or deleted.")


@group.command("lift-restriction", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def lift_restriction(address: str) -> None:
    """Lift the restriction of a person."""
    _change(address, restriction.lift_restriction)
    click.echo("The restriction is lifted.")


# The former name of the command. Scripts of operators may use it.
group.add_command(
    Command(
        "release",
        callback=lift_restriction.callback,
        params=lift_restriction.params,
        hidden=True,
    )
)


def _change(address: str, change: Callable[[int, Method], bool]) -> None:
    person = find_subscriber_by_key(read_typed_address(address).key)
    if person is None or not change(person.id, Method.ORGANISER):
        refuse("Nobody here has this address. Nothing was changed.")


@group.command("replay")
@click.argument("files", nargs=-1, type=A_FILE)
@click.option(
    "--from",
    "places",
    multiple=True,
    type=click.Path(exists=True, readable=True, path_type=Path),
    help="The instance folder of another machine, or a saved email with a checkpoint. May be "
    "given several times.",
)
@click.option(
    "--without-heads", is_flag=True, help="There is no checkpoint outside of the database."
)
@click.option("--without-journal", is_flag=True, help="There is no journal of any machine.")
@as_json
def replay_journals(
    *,
    files: tuple[Path, ...],
    places: tuple[Path, ...],
    without_heads: bool,
    without_journal: bool,
    is_json: bool,
) -> None:
    """Apply the withdrawals again after a restore.

    Run it before the worker starts. It reads withdrawal journals (rights/journal.jsonl) and
    checkpoints (consent-log/heads.jsonl): those of this machine, those of the instance folders
    after --from, and FILES, journals of other machines. It is safe to run again: withdrawals in the
    database are not changed. It holds all sending, campaigns and imports until an owner decides
    that they go on.
    """
    sources = find_replay_sources(files, places)
    if not sources.journals and not without_journal:
        refuse(
            "There is no journal here, so people who unsubscribed after the backup would get "
            "emails again. Name the instance folder of each machine that ran: --from DIR. If no "
            "machine has one, add: --without-journal"
        )
    if not sources.checkpoints and find_latest_checkpoint() is not None and not without_heads:
        refuse(
            "There is no checkpoint here, so the log can't record which entries the restore lost. "
            "Name a former instance folder, or the newest email to the data protection officer "
            "with a checkpoint: --from FILE. If there is none, add: --without-heads"
        )
    hold_sending(HoldReason.RESTORED)
    revoke_all_claims(database_time())  # the workers that claimed in the backup no longer exist
    done = replay_withdrawals(sources.withdrawals)
    figures: dict[str, Cell] = {
        "files": len(sources.journals),
        "lines": len(sources.withdrawals),
        "unreadable": sources.unreadable,
        **{kind.value: done[kind] for kind in WithdrawalKind},
        "heads": len(sources.checkpoints),
        "restoration_noted": record_lost_checkpoint(sources.checkpoints, done.total()),
        "imports_held": hold_invitations(),
    }
    trust_database()
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)
        click.echo(f"\n{describe_hold()}")
