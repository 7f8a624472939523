"""`flask release`: the steps of `supporters-release upgrade`, in their order."""

import json
import time
from typing import IO

import click

from supporters import clock
from supporters.backup.upgrades.upgrade_steps import (
    end_upgrade,
    find_upgrade,
    migrate_proved,
    prepare_upgrade,
    undo_upgrade,
)
from supporters.cli.backup.backup_commands import in_one_line
from supporters.cli.doctor import examine
from supporters.cli.machine_findings import DoctorFinding
from supporters.cli.output import Group, refuse
from supporters.cli.parameters import DatabaseUrl
from supporters.cli.processes import own_session
from supporters.extensions import current_settings

group = Group("release", help="The steps of supporters-release upgrade.")
GREEN_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 2.0
ROLLING, STOPPED = "rolling", "stopped"


@group.command("prepare")
@click.option(
    "--doctor",
    type=click.File("r"),
    help="The findings of flask doctor --json before: only new faults count later.",
)
@click.option(
    "--into",
    type=DatabaseUrl(),
    metavar="URL",
    help="An empty PostgreSQL database for the trial.",
)
def prepare(*, doctor: IO[str] | None, into: str | None) -> None:
    """Prove the upgrade to this release.

    It makes a backup, restores it into a scratch database, migrates that, verifies it, undoes the
    migrations, and compares all rows. It prints "rolling" if the pages of the program before may
    run meanwhile, or "stopped".
    """
    known = [] if doctor is None else _read_faults(doctor.read())
    with in_one_line():
        plan = prepare_upgrade(current_settings(), known, into=into, now=clock.now())
    click.echo(ROLLING if plan.is_rolling else STOPPED)


@group.command("migrate")
def migrate() -> None:
    """Migrate the database as it was proved.

    All of it or nothing; then everything is verified.
    """
    with in_one_line():
        mark = migrate_proved(current_settings(), clock.now())
    click.echo(f"The database is at migration {mark.after}, and its consent log is right.")


@group.command("finish")
def finish() -> None:
    """End the upgrade once the doctor agrees.

    It waits until nothing is bad that was right before, for a minute at most.
    """
    with in_one_line():
        mark = find_upgrade(current_settings())
        deadline = time.monotonic() + GREEN_WITHIN_SECONDS
        while found := _list_new_faults(mark.known_faults):
            if time.monotonic() > deadline:
                words = " ".join(f"{each.about}: {each.words}" for each in found)
                refuse(f"Since the upgrade the doctor says: {words}")
            time.sleep(LOOK_EVERY_SECONDS)
        end_upgrade(current_settings())
    click.echo(f"Supporters {mark.program} runs. The backup from before: {mark.backup or 'none'}")


@group.command("undo")
def undo() -> None:
    """Lead the database back, without a loss."""
    with in_one_line():
        is_undone = undo_upgrade(current_settings())
    click.echo("The migrations were undone." if is_undone else "The database needs no way back.")


def _list_new_faults(known: tuple[str, ...]) -> list[DoctorFinding]:
    with own_session():
        return [each for each in examine() if each.state == "wrong" and each.about not in known]


def _read_faults(said: str) -> list[str]:
    """Return the subjects that the doctor of the program before found to be wrong."""
    try:
        findings = json.loads(said)["findings"]
        return [each["about"] for each in findings if each["state"] == "wrong"]
    except (ValueError, KeyError, TypeError):
        return []
