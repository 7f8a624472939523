"""Looks, for `flask doctor`, at this machine: its clock, its disks, its folder, its keys."""

import os
import pwd
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from supporters import clock
from supporters.consent.withdrawal_journal import can_be_written, count_gaps, journal_path
from supporters.delivery.database_clock import database_time
from supporters.delivery.machines import list_machines_without
from supporters.disk_probe import FEW_MEGABYTES, free_megabytes, write_probe
from supporters.extensions import current_sealer, current_settings
from supporters.mail.queries import list_sealed_contents
from supporters.people.address_hashes import can_open_data_keys, list_keys_of_data

AGREES_WITHIN = timedelta(seconds=5)
SQLITE = "sqlite:///"
GAPS = "gaps in the journal of rights"
LETTERS_TRIED = 5_000


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is ('right', 'look' or 'wrong'), and what to do."""

    about: str
    state: str
    words: str


def look_at_clock() -> Finding:
    """Tell whether this machine's clock is the database's: letters leave by the first.

    A worker whose clock is late sends each letter that much later.
    """
    apart = abs(clock.now() - database_time())
    if apart > AGREES_WITHIN:
        seconds = int(apart.total_seconds())
        how = f"It is {seconds} seconds apart from the database's: letters leave late, and times "
        return Finding("clock", "wrong", f"{how}that are kept are wrong. Let NTP set both.")
    return Finding("clock", "right", "It agrees with the database's.")


def find_folder_fault() -> str | None:
    """Return what is wrong with the instance folder and how to mend it; None if it can be used."""
    folder = current_settings().instance_dir
    if foreign := _find_foreign(folder):
        return (
            f"{foreign} belongs to another user: was a command run as root? Give all of it back "
            f"with: chown -R {_name_of_user()} {folder}"
        )
    probe = folder / ".doctor"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        return f"Nothing can be written to {folder} ({error.strerror}). Give it to this user."
    return None


def is_open_to_everybody() -> bool:
    """Tell whether other users of this machine can look into the folder."""
    mode = current_settings().instance_dir.stat().st_mode
    return bool(mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH))


def _find_foreign(folder: Path) -> Path | None:
    """Return the first file or folder that this user may not read and write."""
    for parent, folders, files in os.walk(folder):
        for path in (Path(parent), *(Path(parent) / each for each in (*folders, *files))):
            needed = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
            if path.exists() and not os.access(path, needed):
                return path
    return None


def _name_of_user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.geteuid())


def look_at_folder() -> Finding:
    """Tell whether the instance folder is ours alone, and takes what is written to it."""
    folder = current_settings().instance_dir
    if fault := find_folder_fault():
        return Finding("instance folder", "wrong", fault)
    if is_open_to_everybody():
        how = f"Everybody on this machine can open it. Run: chmod o-rwx {folder}"
        return Finding("instance folder", "wrong", how)
    try:
        write_probe(folder)
    except OSError as error:
        how = f"Nothing can be written to {folder} ({error.strerror}). Make room."
        return Finding("instance folder", "wrong", how)
    free = free_megabytes(folder)
    if free < FEW_MEGABYTES:
        how = f"{folder} has {free} MB left. Make room before the disk is full."
        return Finding("instance folder", "look", how)
    words = f"{folder} can be written to, by this user only; {free} MB are free."
    return Finding("instance folder", "right", words)


def look_at_disk_of_database() -> Finding:
    """Tell whether an SQLite database has room; PostgreSQL's disk is seen by its server alone."""
    about, url = "disk of the database", current_settings().database_url
    if not url.startswith(SQLITE):
        words = "PostgreSQL's own: watch its free space where the server runs."
        return Finding(about, "right", words)
    file = Path(url.removeprefix(SQLITE))
    try:
        write_probe(file.parent)
    except OSError as error:
        how = f"Nothing can be written beside {file} ({error.strerror}): nobody can sign up or "
        return Finding(about, "wrong", f"{how}leave. Make room, or give the folder to this user.")
    free = free_megabytes(file.parent)
    if free < FEW_MEGABYTES:
        return Finding(about, "look", f"{free} MB are left beside {file}. Make room.")
    return Finding(about, "right", f"{free} MB are free beside {file}.")


def look_at_takings() -> Finding:
    """Tell whether who leaves is noted for the day of a restore."""
    about = "journal of rights"
    if can_be_written():
        return Finding(about, "right", "Who leaves is noted for the day of a restore.")
    how = (
        f"{journal_path()} can't be written: who leaves now would come back with a restored "
        "backup. Is the disk full, or the folder another user's?"
    )
    return Finding(about, "wrong", how)


def look_at_gaps() -> Finding:
    """Tell whether somebody left while it could not be noted."""
    count = count_gaps()
    if count:
        how = f"Lines that the journal of rights couldn't take: {count}. A restored backup would "
        how += "write to these people again. Make room, then run: flask rights journal rebuild"
        return Finding(GAPS, "wrong", how)
    return Finding(GAPS, "right", "None.")


def look_at_keys() -> Finding:
    """Name the secret keys; what they are isn't said."""
    newest, *older = current_sealer().fingerprints
    named = f"The newest is {newest}" + (f", older ones: {', '.join(older)}." if older else ".")
    if current_settings().is_development:
        words = "This is a development, by its base URL: keys and mailbox protect nothing."
        return Finding("secret keys", "look", f"{words} {named}")
    return Finding("secret keys", "right", named)


def look_at_data_keys() -> Finding:
    """Tell whether the data keys can be opened, and with which secret keys."""
    about = "data keys"
    if not can_open_data_keys():
        how = (
            "No secret key opens them: nobody can be recognised or suppressed. Put the key that "
            "this database was used with back into SUPPORTERS_SECRET_KEYS."
        )
        return Finding(about, "wrong", how)
    newest, *older = current_sealer().fingerprints
    used = _count(list_keys_of_data())
    if without := list_machines_without(newest):
        how = (
            f"Machines at work that lack the newest key {newest}: {len(without)}. They can't open "
            "what is sealed here. Add it behind the others on every machine, and restart them."
        )
        return Finding(about, "wrong", f"{how} Sealed with: {used}.")
    words = f"The secret keys open them. Sealed with: {used}."
    if older:
        words += " A backup from before a rotation needs the key of then: keep it as long."
    return Finding(about, "right", words)


def look_at_sealed_letters() -> Finding:
    """Tell whether letters wait that were sealed with a key which this machine lacks."""
    about = "sealed letters"
    keys = [current_sealer().find_key(each) for each in list_sealed_contents(limit=LETTERS_TRIED)]
    if lacking := keys.count(None):
        how = (
            f"{lacking} letters wait for a key that this machine doesn't have. Put it into "
            "SUPPORTERS_SECRET_KEYS here, or let a worker run on a machine that has it."
        )
        return Finding(about, "wrong", how)
    used = f" Sealed with: {_count(keys)}." if keys else ""
    return Finding(about, "right", f"This machine can open all that wait.{used}")


def _count(keys: Iterable[str | None]) -> str:
    counted = Counter(key for key in keys if key is not None)
    return ", ".join(f"{key} ({number})" for key, number in sorted(counted.items())) or "none"
