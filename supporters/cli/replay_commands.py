"""`flask rights replay`: applies the withdrawals again after a restore, of every machine."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from supporters import clock
from supporters.cli.command_texts import describe_hold, describe_lacking
from supporters.cli.output import Cell, Command, as_json, print_figures, print_json, refuse
from supporters.cli.parameters import read_checkpoints
from supporters.consent.record_models import Restoration
from supporters.consent.withdrawal_journal import (
    Withdrawal,
    WithdrawalKind,
    journal_path,
    read_withdrawals,
)
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import (
    A_DAY,
    MachinesOfReplay,
    last_seen_in,
    list_machines,
    list_unread_machines,
    names_in,
)
from supporters.delivery.machines import trust_database
from supporters.delivery.models import Machine
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.delivery.send_journal.claim_recovery import revoke_all_claims
from supporters.extensions import current_settings
from supporters.imports.import_approval import hold_invitations
from supporters.restore.restore_replay import record_lost_checkpoint, replay_withdrawals
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_last_checkpoint
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    find_largest_checkpoint,
)
from supporters.transparency_log.queries import find_latest_checkpoint

A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@dataclass
class ReplaySources:
    """Withdrawals and checkpoints that were found, and the number of unreadable lines.

    `machines` are the names of those whose folders were read, and `worked_until` is when one of
    them was seen last. `empty` are their journals that are missing or have no line. `folders` are
    their instance folders.
    """

    journals: list[Path] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    unreadable: int = 0
    checkpoints: list[Checkpoint] = field(default_factory=list)
    machines: set[str] = field(default_factory=set)
    worked_until: datetime | None = None
    empty: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Absences:
    """The journals, checkpoints and machines of which an operator says that they are lost."""

    without_heads: bool
    without_journal: bool
    machines: tuple[str, ...]


def find_replay_sources(files: Iterable[Path], places: Iterable[Path]) -> ReplaySources:
    """Read the journals and checkpoints of this machine, of `files` and of `places`.

    A file is a journal. A place is the instance folder of another machine, or a file with
    checkpoints.
    """
    own = current_settings().instance_dir
    folders = {own.resolve(), *(each.resolve() for each in places if each.is_dir())}
    journals = {each.resolve() for each in files}
    named = {*folders, *(each.parent.parent for each in journals)}
    found = [
        find_largest_checkpoint(read_checkpoints(each.read_bytes()))
        for each in places
        if not each.is_dir()
    ]
    for folder in folders:
        journal = _journal_in(folder)
        heads = checkpoints_file(folder)
        is_named = folder == own.resolve() or names_in(folder)
        if not is_named and not journal.exists() and not heads.exists():
            refuse(f"{folder} isn't an instance folder: it has neither {journal} nor {heads}.")
        journals |= {each for each in [journal] if each.exists()}
        found.append(_find_last_checkpoint(heads))
    checkpoints = [each for each in found if each]
    sources = ReplaySources(
        journals=sorted(journals),
        checkpoints=checkpoints,
        machines={name for each in named for name in names_in(each)},
        worked_until=max(filter(None, map(last_seen_in, named)), default=None),
        empty=sorted(each for each in map(_journal_in, folders) if not _has_lines(each)),
        folders=sorted(folders),
    )
    for path in sources.journals:
        withdrawals, unreadable = read_withdrawals(path)
        sources.withdrawals += withdrawals
        sources.unreadable += unreadable
    return sources


def _list_unread() -> Sequence[Machine]:
    """Return the machines whose journal is needed, but for those of a replay just now."""
    hold = find_hold()
    if hold is None:
        return list_machines()
    return list_unread_machines(hold.since, max(hold.since, clock.now() - A_DAY))


def _journal_in(folder: Path) -> Path:
    return folder / journal_path().relative_to(current_settings().instance_dir)


def _has_lines(journal: Path) -> bool:
    return journal.exists() and journal.stat().st_size > 0


def _find_last_checkpoint(path: Path) -> Checkpoint | None:
    try:
        return find_last_checkpoint(path)
    except CheckpointInvalid:
        refuse(f"Another key than this database's signed the last checkpoint in {path}.")


def _ask_for_what_lacks(sources: ReplaySources, absent: Absences) -> None:
    """Refuse while journals, machines or checkpoints lack that nobody said to be lost."""
    if not absent.without_journal:
        _ask_for_journals(sources, {each.name for each in list_machines()})
    given = {*sources.machines, *absent.machines}
    if lacking := [each for each in _list_unread() if each.name not in given]:
        refuse(describe_lacking(lacking))
    if sources.checkpoints or absent.without_heads or find_latest_checkpoint() is None:
        return
    refuse(
        "There is no checkpoint here, so the log can't record which entries the restore lost. "
        "Name a former instance folder, or the newest email to the data protection officer "
        "with a checkpoint: --from FILE. If there is none, add: --without-heads. The log gets a "
        "new name then, which its witnesses must learn."
    )


def _ask_for_journals(sources: ReplaySources, known: Set[str]) -> None:
    """Refuse if journals are missing or empty that should have lines; name them."""
    if not sources.journals:
        refuse(
            "There is no journal here, so people who unsubscribed after the backup would get "
            "emails again. Name the instance folder of each machine that ran: --from DIR. If no "
            "machine has one, add: --without-journal"
        )
    own = current_settings().instance_dir
    is_new_here = not known & names_in(own)  # its journal begins with this replay
    empty = [each for each in sources.empty if each != _journal_in(own) or not is_new_here]
    if not sources.withdrawals and find_latest_checkpoint() is not None:
        empty = sources.empty or sources.journals
    if empty:
        named = ", ".join(map(str, empty))
        refuse(
            f"No line is in {named}. People who unsubscribed there after the backup would get "
            "emails again. Is there a copy? Name it. If nobody unsubscribed there, as on a machine "
            "without pages that read no returned emails, or if the lines are lost, add: "
            "--without-journal"
        )


def absence_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say what is lost, and where the rest is."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS = (
    click.option(
        "--from",
        "places",
        multiple=True,
        type=click.Path(exists=True, readable=True, path_type=Path),
        help="The instance folder of another machine, or a saved email with a checkpoint. May be "
        "given several times.",
    ),
    click.option(
        "--without-heads",
        is_flag=True,
        help="There is no checkpoint outside of the database: the log gets a new name.",
    ),
    click.option(
        "--without-journal",
        is_flag=True,
        help="A journal is missing or empty, and there is no other.",
    ),
    click.option(
        "--without-machine",
        "machines",
        multiple=True,
        metavar="NAME",
        help="The folder of this machine is lost. May be given several times.",
    ),
)


@click.command("replay", cls=Command)
@click.argument("files", nargs=-1, type=A_FILE)
@absence_options
@as_json
def replay(
    *,
    files: tuple[Path, ...],
    places: tuple[Path, ...],
    is_json: bool,
    **absences: Any,
) -> None:
    """Apply the withdrawals again after a restore.

    Run it before the worker starts. It reads withdrawal journals (rights/journal.jsonl) and
    checkpoints (consent-log/heads.jsonl): those of this machine, those of the instance folders
    after --from, and FILES, journals of other machines. All lines go into the journal of this
    machine. It asks for each machine that the backup knows. It is safe to run again: withdrawals in
    the database are not changed. It holds all sending, campaigns and imports until an owner decides
    that they go on.
    """
    figures = replay_after_restore(find_replay_sources(files, places), Absences(**absences))
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)
        click.echo(f"\n{describe_hold()}")


def replay_after_restore(sources: ReplaySources, absent: Absences) -> dict[str, Cell]:
    """Hold all sending, apply the withdrawals and record the restoration; return the figures."""
    _ask_for_what_lacks(sources, absent)
    hold_sending(HoldReason.RESTORED)
    revoke_all_claims(database_time())  # the workers that claimed in the backup no longer exist
    trust_database()
    read = sources.machines | names_in(current_settings().instance_dir)
    machines = MachinesOfReplay(read, absent.machines, sources.worked_until)
    try:
        done = replay_withdrawals(sources.withdrawals, machines)
    except OSError as error:
        refuse(f"{journal_path()} can't be written ({error.strerror}). Run this again afterwards.")
    restoration = record_lost_checkpoint(sources.checkpoints, done.total(), sources.folders)
    return {
        "files": len(sources.journals),
        "lines": len(sources.withdrawals),
        "unreadable": sources.unreadable,
        **{kind.value: done[kind] for kind in WithdrawalKind},
        "heads": len(sources.checkpoints),
        "restoration_noted": restoration is not None,
        **_describe_going_on(restoration),
        "imports_held": hold_invitations(),
    }


def _describe_going_on(restoration: Restoration | None) -> dict[str, Cell]:
    """Return how the log goes on after a restoration."""
    if restoration is None:
        return {}
    if restoration.is_appended:
        return {"records_lost": restoration.appended}
    return {"log_renamed": restoration.origin}
