"""The finding of `flask doctor` about the backups of this machine."""

from collections.abc import Sequence
from datetime import timedelta

from supporters import clock
from supporters.backup.backup_folder import StoredBackup, list_backups
from supporters.backup.backup_manifest import BackupFault
from supporters.cli.machine_findings import DoctorFinding
from supporters.extensions import current_settings

ABOUT = "backup"
NOT_LATER_THAN = timedelta(hours=48)
CLOCKS_DIFFER = timedelta(hours=1)


def look_at_backups() -> DoctorFinding:
    """Check that there is a backup, and that it is of yesterday at the latest."""
    settings = current_settings()
    if settings.has_mailbox:
        return DoctorFinding(ABOUT, "right", "Its people are made up: it needs none.")
    if not settings.backup.recipients:
        how = "flask backup create makes none, because SUPPORTERS_BACKUP_RECIPIENTS is missing. If"
        return DoctorFinding(ABOUT, "look", f"{how} another machine makes them, that is right.")
    folder = settings.backup.folder
    try:
        found = list_backups(folder)
    except BackupFault as fault:
        return DoctorFinding(ABOUT, "wrong", str(fault))
    if not found:
        how = f"There is none in {folder}. Run: flask backup create. Does its timer run?"
        return DoctorFinding(ABOUT, "wrong", how)
    return DoctorFinding(ABOUT, *_judge(found))


def _judge(found: Sequence[StoredBackup]) -> tuple[str, str]:
    made_at = found[0].made_at.isoformat(timespec="seconds")
    if found[0].made_at - clock.now() > CLOCKS_DIFFER:
        return "wrong", (
            f"{found[0].path} is of {made_at}, which is yet to come: a clock was wrong. Move it "
            "away, or it hides that no other one is made."
        )
    if clock.now() - found[0].made_at > NOT_LATER_THAN:
        how = f"The newest is of {made_at}. Does supporters-backup.timer run, and what does it log?"
        return "wrong", how
    return "right", f"The newest is of {made_at}, one of {len(found)}."
