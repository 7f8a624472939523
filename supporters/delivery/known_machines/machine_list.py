"""The machines that use the database, what they run, and which secret keys they have."""

import json
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.database import db, in_transaction
from supporters.delivery.database_clock import database_time
from supporters.delivery.models import Machine, SecretKey
from supporters.extensions import current_encryptor
from supporters.program_version import program_version

PAGES = "web-"  # the names of machines without workers begin with it
IS_WORKER = Machine.name.not_like(f"{PAGES}%")
ALIVE = timedelta(minutes=2)  # a machine that was seen longer ago isn't waited for
BESIDE = "runs_beside_another_version"
NAME_OF_WORKER = "machine.json"
LONGEST_NAME, LONGEST_HOST = 32, 64
A_MILLISECOND = timedelta(milliseconds=1)
MOST_MILLISECONDS = 2**31 - 1


def name_of_worker(folder: Path) -> str:
    """Return the name of the machine whose worker has this instance folder; empty without one."""
    try:
        return str(json.loads((folder / NAME_OF_WORKER).read_bytes())["name"])[:LONGEST_NAME]
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def host_name() -> str:
    """Return the name that the system gives this machine."""
    return socket.gethostname()[:LONGEST_HOST]


def milliseconds_ahead(moment: datetime) -> int:
    """Return how much the clock of this machine is ahead of the database's, at this moment."""
    ahead = (clock.now() - moment) // A_MILLISECOND
    return max(-MOST_MILLISECONDS, min(MOST_MILLISECONDS, ahead))


@in_transaction
def note_keys(now: datetime) -> None:
    """Store the secret keys of this machine that nobody had yet.

    The keys of the first machine all count as having been the newest: they may have signed links.
    """
    known = {*db.session.scalars(select(SecretKey.fingerprint))}
    for each in current_encryptor().fingerprints:
        if each not in known:
            key = SecretKey(fingerprint=each, seen_at=now, newest_at=None if known else now)
            try:
                with db.session.begin_nested():
                    db.session.add(key)
            except IntegrityError:  # another machine was faster
                continue


def list_all_machines() -> Sequence[Machine]:
    """Return all machines, those that were seen last first."""
    return db.session.scalars(select(Machine).order_by(Machine.seen_at.desc(), Machine.name)).all()


def find_last_seen(name: str) -> datetime | None:
    """Return when this database saw a machine last; None if it doesn't know it."""
    return db.session.scalar(select(Machine.seen_at).where(Machine.name == name))


def list_living_machines() -> Sequence[Machine]:
    """Return the machines that were seen recently, with workers or with pages."""
    since = database_time() - ALIVE
    is_alive = or_(Machine.seen_at >= since, Machine.pages_seen_at >= since)
    return db.session.scalars(select(Machine).where(is_alive).order_by(Machine.name)).all()


def note_other_versions() -> None:
    """Note for this process whether pages of another version of the program run beside it."""
    since = database_time() - ALIVE
    has_other = Machine.pages_version != program_version()
    other = select(Machine.name).where(Machine.pages_seen_at >= since, has_other).limit(1)
    current_app.extensions[BESIDE] = db.session.scalar(other) is not None


def runs_beside_another_version() -> bool:
    """Tell whether pages of another version ran beside this process a moment ago."""
    return bool(current_app.extensions.get(BESIDE))


def lacks_key(machine: Machine, fingerprint: str, now: datetime) -> bool:
    """Tell whether a process of a machine lacks a secret key."""
    return any(fingerprint not in each for each in keys_of(machine, now))


def keys_of(machine: Machine, now: datetime) -> list[list[str]]:
    """Return the keys of a machine's worker and of its pages, newest first, if they are alive."""
    since = now - ALIVE
    found = []
    is_of_pages = machine.name.startswith(PAGES) and machine.pages_seen_at is not None
    if machine.seen_at >= since and not is_of_pages:
        found.append(machine.keys.split(","))
    if machine.pages_seen_at is not None and machine.pages_seen_at >= since:
        found.append((machine.pages_keys or "").split(","))
    return found


def list_machines_without(fingerprint: str) -> list[str]:
    """Return the names of the machines that were seen recently and lack a secret key."""
    now = database_time()
    return [each.name for each in list_living_machines() if lacks_key(each, fingerprint, now)]


def count_machines_at_work() -> int:
    """Return how many machines with workers were seen recently."""
    since = database_time() - ALIVE
    counted = select(func.count(Machine.name)).where(IS_WORKER, Machine.seen_at >= since)
    return db.session.scalar(counted) or 0
