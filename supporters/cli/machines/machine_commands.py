"""`flask machines`: lists the machines that use the database, and settles what a lost one had."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from supporters.cli.machine_findings import AGREES_WITHIN, DoctorFinding
from supporters.cli.output import (
    Cell,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.machine_list import ALIVE, PAGES, keys_of, list_all_machines
from supporters.delivery.known_machines.secret_keys import name_of
from supporters.delivery.models import Machine
from supporters.delivery.send_journal.lost_machines import LostMachineError, declare_lost
from supporters.extensions import current_encryptor
from supporters.program_version import program_version
from supporters.web.labels import Use, label

group = Group("machines", help="Show the machines that use the database; declare one lost.")
FORGOTTEN_AFTER = timedelta(days=7)


@group.command("list")
@as_json
def list_machines(is_json: bool) -> None:
    """Show each machine, its version, clock and keys."""
    now = database_time()
    rows = [_describe(each, now) for each in list_all_machines()]
    if is_json:
        print_json({"machines": rows})
    else:
        print_table(rows, if_none="No machine was seen yet. Start a worker: flask worker")


@group.command("lost")
@click.argument("name")
@as_json
def lost(*, name: str, is_json: bool) -> None:
    """Declare that a machine is lost for good.

    NAME is that of `flask machines list`. The emails that its workers were sending become uncertain
    at once instead of after an hour, and no replay asks for its journal. If it comes back, it joins
    again.
    """
    settled = declare_lost(name)
    if isinstance(settled, LostMachineError):
        refuse(label(settled, Use.SHELL))
    figures: dict[str, Cell] = {"batches": settled.batches, "emails": settled.emails}
    if is_json:
        print_json(figures)
    else:
        click.echo("The machine is lost. What it had claimed is settled:")
        print_figures(figures)


def _describe(machine: Machine, now: datetime) -> dict[str, Cell]:
    ahead = machine.clock_ahead_ms
    return {
        "name": machine.name,
        "host": machine.host,
        "role": _role(machine, now),
        "seen_at": machine.last_seen_at.isoformat(timespec="seconds"),
        "version": machine.version,
        "pages_version": machine.pages_version,
        "clock_ahead": None if ahead is None else round(ahead / 1000, 1),
        "keys": _keys(machine, now),
        "state": _state(machine, now),
    }


def _role(machine: Machine, now: datetime) -> str:
    if machine.name.startswith(PAGES):
        return "web"
    has_pages = machine.pages_seen_at is not None and machine.pages_seen_at > now - ALIVE
    if not has_pages:
        return "worker"
    return "both" if machine.seen_at > now - ALIVE else "web"


def _keys(machine: Machine, now: datetime) -> str:
    """Return the keys of its processes that are alive: once, if they are the same."""
    rings = dict.fromkeys(",".join(each) for each in keys_of(machine, now))
    return " | ".join(rings) or machine.keys


def _state(machine: Machine, now: datetime) -> str:
    if machine.lost_at is not None:
        return "lost"
    return "alive" if keys_of(machine, now) else "silent"


def look_at_machines() -> Iterator[DoctorFinding]:
    """Yield a finding about each machine: whether it is alive, its version, clock and keys."""
    now = database_time()
    for each in list_all_machines():
        if each.lost_at is None and each.last_seen_at > now - FORGOTTEN_AFTER:
            faults, other = [*_list_faults(each, now)], _describe_other_version(each, now)
            about = f"machine {name_of(each)}"
            if faults:
                yield DoctorFinding(about, "wrong", " ".join([*faults, other]).strip())
            elif other:
                yield DoctorFinding(about, "look", f"{other} Upgrade the older one.")
            elif not keys_of(each, now):
                how = f"Not seen since {each.last_seen_at:%Y-%m-%d %H:%M} UTC. If it is lost for "
                yield DoctorFinding(about, "look", f"{how}good: flask machines lost {each.name}")
            else:
                role = _role(each, now)
                version = each.pages_version if role == "web" else each.version
                words = f"{role}, version {version}."
                yield DoctorFinding(about, "right", words)


def _list_faults(machine: Machine, now: datetime) -> Iterator[str]:
    rings = keys_of(machine, now)
    if not rings:
        return
    newest = current_encryptor().fingerprints[0]
    if any(newest not in ring for ring in rings):
        yield f"It lacks the newest secret key {newest}. See: flask keys rotate."
    apart = timedelta(milliseconds=machine.clock_ahead_ms or 0)
    if abs(apart) > AGREES_WITHIN:
        yield f"Its clock differs by {apart.total_seconds():.0f} seconds. Let NTP set it."


def _describe_other_version(machine: Machine, now: datetime) -> str:
    """Say which other version a machine runs, as it may during an upgrade; empty if none."""
    if not keys_of(machine, now):
        return ""
    running = {machine.version if _role(machine, now) != "web" else None, machine.pages_version}
    versions = running - {None, program_version()}
    if not versions:
        return ""
    return f"It runs {', '.join(map(str, versions))}, and this machine {program_version()}."
