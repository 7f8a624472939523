"""The checks of `flask doctor` on this machine: clock, disks, instance folder, keys."""

import os
import pwd
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from supporters import clock
from supporters.backup.restore_steps import describe_unfinished
from supporters.consent.withdrawal_journal import count_gaps, is_writable, journal_path
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import count_others
from supporters.delivery.known_machines.machine_list import list_machines_without
from supporters.disk_probe import FEW_MEGABYTES, free_megabytes, write_probe
from supporters.extensions import current_encryptor, current_settings
from supporters.mail.queries import list_encrypted_contents
from supporters.people.data_keys import can_open_data_keys, list_keys_of_data
from supporters.restore.journal_rebuild import count_lost_lines
from supporters.settings.setting_strength import find_key_weakness

AGREES_WITHIN = timedelta(seconds=5)
SQLITE = "sqlite:///"
GAPS = "gaps in the journal of rights"
EMAILS_TRIED = 5_000


@dataclass(frozen=True)
class DoctorFinding:
    """A subject, its state ('right', 'look' or 'wrong'), and what to do."""

    about: str
    state: str
    words: str


def look_at_clock() -> DoctorFinding:
    """Compare the clocks of this machine and of the database.

    A worker whose clock is late sends each transactional email that much later.
    """
    apart = abs(clock.now() - database_time())
    if apart > AGREES_WITHIN:
        seconds = int(apart.total_seconds())
        how = f"It differs from the database's by {seconds} seconds: emails are sent late, and "
        return DoctorFinding("clock", "wrong", f"{how}recorded times are wrong. Let NTP set both.")
    return DoctorFinding("clock", "right", "It agrees with the database's.")


def find_folder_fault() -> str | None:
    """Return the fault of the instance folder and how to correct it; None if there is none."""
    folder = current_settings().instance_dir
    if unfinished := describe_unfinished(folder):
        return unfinished
    if foreign := _find_foreign(folder):
        return (
            f"{foreign} belongs to another user: was a command run as root? Change the owner of "
            f"all files with: chown -R {_name_of_user()} {folder}"
        )
    probe = folder / ".doctor"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        return f"Nothing can be written to {folder} ({error.strerror}). Give it to this user."
    return None


def is_open_to_everybody() -> bool:
    """Return whether other users of this machine can open the folder."""
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
    except KeyError:  # the user of a container may have no name
        return str(os.geteuid())


def look_at_folder() -> DoctorFinding:
    """Check that the instance folder is writable, and private to this user."""
    folder = current_settings().instance_dir
    if fault := find_folder_fault():
        return DoctorFinding("instance folder", "wrong", fault)
    if is_open_to_everybody():
        how = f"All users of this machine can open it. Run: chmod o-rwx {folder}"
        return DoctorFinding("instance folder", "wrong", how)
    try:
        write_probe(folder)
    except OSError as error:
        how = f"Nothing can be written to {folder} ({error.strerror}). Free some space."
        return DoctorFinding("instance folder", "wrong", how)
    free = free_megabytes(folder)
    if free < FEW_MEGABYTES:
        how = f"{folder} has {free} MB left. Free some space before the disk is full."
        return DoctorFinding("instance folder", "look", how)
    words = f"Only this user can write to {folder}; {free} MB are free."
    return DoctorFinding("instance folder", "right", words)


def look_at_database_files() -> DoctorFinding:
    """Check that no other user of this machine can read an SQLite database or its queue."""
    about = "files of the database"
    settings = current_settings()
    urls = [url for url in (settings.database_url, settings.queue_url) if url.startswith(SQLITE)]
    open_ones = [*filter(_is_open_to_others, map(_file_of, urls))]
    if not open_ones:
        return DoctorFinding(about, "right", "No other user of this machine can read them.")
    named = " ".join(f"{file}*" for file in open_ones)
    how = f"The modes of {named} let others read names and addresses. Run: chmod 600 {named}"
    is_private = all(not _is_open_to_others(file.parent) for file in open_ones)
    return DoctorFinding(about, "look" if is_private else "wrong", how)


def _file_of(url: str) -> Path:
    return Path(url.removeprefix(SQLITE))


def _is_open_to_others(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def look_at_disk_of_database() -> DoctorFinding:
    """Check the free space of an SQLite database. Only its server sees the disk of PostgreSQL."""
    about, url = "disk of the database", current_settings().database_url
    if not url.startswith(SQLITE):
        words = "PostgreSQL has its own. Watch its free space where the server runs."
        return DoctorFinding(about, "right", words)
    file = _file_of(url)
    try:
        write_probe(file.parent)
    except OSError as error:
        how = f"Nothing can be written beside {file} ({error.strerror}): nobody can sign up or "
        how = f"{how}unsubscribe. Free some space, or give the folder to this user."
        return DoctorFinding(about, "wrong", how)
    free = free_megabytes(file.parent)
    if free < FEW_MEGABYTES:
        return DoctorFinding(about, "look", f"{free} MB are left beside {file}. Free some space.")
    return DoctorFinding(about, "right", f"{free} MB are free beside {file}.")


def look_at_withdrawal_journal() -> DoctorFinding:
    """Check that the withdrawal journal can be written. A restore needs its lines."""
    about = "journal of rights"
    if is_writable():
        return DoctorFinding(about, "right", "Withdrawals are recorded in it for a restore.")
    how = (
        f"{journal_path()} can't be written: people who unsubscribe now would be subscribed again "
        "after a restore. Is the disk full, or does the folder belong to another user?"
    )
    return DoctorFinding(about, "wrong", how)


def look_at_journal_gaps() -> DoctorFinding:
    """Check for withdrawals that the withdrawal journal could not record."""
    count = count_gaps()
    if count:
        how = f"Lines that could not be written: {count}. After a restore these people would get "
        how += "emails again. Free some space, then run: flask rights journal rebuild"
        return DoctorFinding(GAPS, "wrong", how)
    return DoctorFinding(GAPS, "right", "None.")


def look_at_journal_lines() -> DoctorFinding:
    """Compare the withdrawals in the database with this machine's journal."""
    about = "lines of the journal of rights"
    lacking = count_lost_lines(clock.now())
    if not lacking:
        return DoctorFinding(about, "right", "It has each withdrawal that the database knows.")
    if others := count_others():
        words = f"It lacks {lacking} withdrawals. Those of other machines ({others}) should have "
        words += "them. To have all in this one as well, run: flask rights journal rebuild"
        return DoctorFinding(about, "right", words)
    how = f"It lacks {lacking} withdrawals that the database knows. After a restore these people "
    how += "would get emails again. Run: flask rights journal rebuild"
    return DoctorFinding(about, "wrong", how)


def look_at_keys() -> DoctorFinding:
    """Name the secret keys by their fingerprints."""
    newest, *older = current_encryptor().fingerprints
    named = f"The newest is {newest}" + (f", older ones: {', '.join(older)}." if older else ".")
    if current_settings().is_development:
        words = "This is a development (SUPPORTERS_ENV): keys and mailbox protect nothing."
        return DoctorFinding("secret keys", "look", f"{words} {named}")
    if any(map(find_key_weakness, current_settings().secret_keys)):
        words = "An older one can be guessed. Remove it once nothing is encrypted with it."
        return DoctorFinding("secret keys", "look", f"{words} {named}")
    return DoctorFinding("secret keys", "right", named)


def look_at_data_keys() -> DoctorFinding:
    """Check that the secret keys of this machine open the data keys."""
    about = "data keys"
    if not can_open_data_keys():
        how = (
            "No secret key opens them: nobody can be recognised or suppressed. Add the key that "
            "this database was used with to SUPPORTERS_SECRET_KEYS again."
        )
        return DoctorFinding(about, "wrong", how)
    newest, *older = current_encryptor().fingerprints
    used = _count(list_keys_of_data())
    if without := list_machines_without(newest):
        how = (
            f"Machines that lack the newest key {newest}: {len(without)}. They can't "
            "open what is encrypted here. Add it behind the others on each machine, and restart."
        )
        return DoctorFinding(about, "wrong", f"{how} Encrypted with: {used}.")
    words = f"The secret keys open them. Encrypted with: {used}."
    if older:
        words += " A backup from before a rotation needs the former key: keep both equally long."
    return DoctorFinding(about, "right", words)


def look_at_encrypted_emails() -> DoctorFinding:
    """Check for emails that wait because this machine lacks the key of their content."""
    about = "encrypted emails"
    keys = [
        current_encryptor().find_key(each) for each in list_encrypted_contents(limit=EMAILS_TRIED)
    ]
    if lacking := keys.count(None):
        waiting = "1 email waits" if lacking == 1 else f"{lacking} emails wait"
        how = (
            f"{waiting} for a key that this machine doesn't have. Add it to "
            "SUPPORTERS_SECRET_KEYS here, or run a worker on a machine that has it."
        )
        return DoctorFinding(about, "wrong", how)
    used = f" Encrypted with: {_count(keys)}." if keys else ""
    return DoctorFinding(about, "right", f"This machine can open all emails that wait.{used}")


def _count(keys: Iterable[str | None]) -> str:
    counted = Counter(key for key in keys if key is not None)
    return ", ".join(f"{key} ({number})" for key, number in sorted(counted.items())) or "none"
