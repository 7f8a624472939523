"""`flask restore`: puts a backup into an empty database, and holds all sending."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import with_appcontext

from supporters.actors import Actor, ActorKind, acting_as
from supporters.backup.backup_manifest import BackupManifest
from supporters.backup.backup_reading import BackupSource
from supporters.backup.restore_steps import (
    end_restore,
    record_restore,
    restore_backup,
    restoring_alone,
)
from supporters.cli.backup.backup_commands import A_BACKUP, identity_option, in_one_line
from supporters.cli.output import Command, as_json, name_of_user, print_figures, print_json, refuse
from supporters.cli.replay_commands import (
    Absences,
    absence_options,
    find_replay_sources,
    replay_after_restore,
)
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import last_seen_in
from supporters.delivery.known_machines.machine_list import find_last_seen, name_of_worker
from supporters.delivery.restore_hold import hold_sending, list_unfinished
from supporters.delivery.rules import HoldReason
from supporters.delivery.send_journal.claim_recovery import end_all_claims
from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.extensions import current_settings
from supporters.logs import log_warnings_only

A_MINUTE = timedelta(minutes=1)  # a machine writes the same moment into its folder a little later


@click.command("restore", cls=Command)
@click.argument("backup", type=A_BACKUP)
@identity_option
@absence_options
@as_json
@with_appcontext
def restore(
    *,
    backup: Path,
    identity: IO[bytes],
    places: tuple[Path, ...],
    is_json: bool,
    **absences: Any,
) -> None:
    """Restore a backup into an empty database.

    Stop web and worker on all machines before. It loads the backup, migrates it, holds all sending,
    pauses what was being sent, and repeats the withdrawals since, as `flask rights replay` does:
    give it the instance folder of each machine that ran. If it is refused or ended, run it again.
    """
    log_warnings_only()
    settings = current_settings()
    if count_living_workers():
        refuse("A worker runs on this machine. Stop web and worker on all machines, then run this.")
    actor = Actor(ActorKind.COMMAND, name=name_of_user())
    with in_one_line(), restoring_alone(settings), acting_as(actor):
        restored = restore_backup(BackupSource(backup, identity.read()), settings)
        hold_sending(HoldReason.RESTORED, backup_of=restored.manifest.made_at)
        end_all_claims(database_time())
        _refuse_old_copies(places)
        sources = find_replay_sources(restored.journals, places)
        figures = replay_after_restore(sources, Absences(**absences))
        record_restore(restored.manifest)
        end_restore(settings)
    if is_json:
        print_json({"made_at": restored.manifest.made_at.isoformat(), **figures})
        return
    print_figures(figures)
    click.echo("\n" + "\n".join(_list_next_steps(restored.manifest)))


def _refuse_old_copies(places: Sequence[Path]) -> None:
    """Refuse the copy of an instance folder from before the backup: it has nothing that lacks."""
    for place in places:
        name, seen_at = name_of_worker(place), last_seen_in(place)
        known_at = find_last_seen(name)
        if known_at and seen_at and seen_at < known_at - A_MINUTE:
            refuse(
                f"{place} is a copy of {seen_at:%Y-%m-%d %H:%M} UTC, and the backup is newer. "
                "People who unsubscribed after the backup would get emails again. Give a newer "
                f"copy. If there is none, leave it out and add: --without-machine {name}"
            )


def _list_next_steps(manifest: BackupManifest) -> Iterator[str]:
    """Yield what the operator must do now, in its order."""
    made_at = manifest.made_at.isoformat(timespec="seconds")
    yield f"Restored: the backup of {made_at}. All sending is held. Do this now:"
    steps = ["Start web, then the worker. Run: flask doctor"]
    steps.append("Ask the DNS for the keys of the backup, which sign all emails: flask dkim status")
    steps += [
        f"Campaign {each.id} was being sent. Mark who got it since the backup, by the log of the "
        f"relay: zcat -f $(ls -tr /var/log/mail.log*) | flask campaigns settle {each.id} --from -"
        for each in list_unfinished()
    ]
    steps.append("An owner lifts the hold: in the console, or with flask delivery lift-hold")
    if list_unfinished():
        steps.append("Resume each campaign, or cancel it: flask campaigns resume ID")
    steps.append("Drafts, and the archive on the site, are those of the backup. Tell the team.")
    yield from (f"  {number}. {each}" for number, each in enumerate(steps, 1))
