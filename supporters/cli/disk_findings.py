"""Looks, for `flask doctor`, whether the disks take what is written, and have room."""

from pathlib import Path

from supporters.cli.finding import Finding
from supporters.cli.instance_folder import find_folder_fault, is_open_to_everybody
from supporters.consent.journal import can_be_written, journal_path
from supporters.consent.journal_gaps import count_gaps
from supporters.disk_probe import FEW_MEGABYTES, free_megabytes, write_probe
from supporters.extensions import current_settings

SQLITE = "sqlite:///"
GAPS = "gaps in the journal of rights"


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
