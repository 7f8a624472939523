"""Says what is wrong with the folder of this machine's own files, before anything fails on it."""

import os
import pwd
import stat
from pathlib import Path

from supporters.extensions import current_settings


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
