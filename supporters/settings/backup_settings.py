"""Where backups are, for whom they are encrypted, and how long they stay."""

import re
from dataclasses import dataclass
from pathlib import Path

from supporters.settings.variables import VariableReader

RECIPIENT = re.compile(r"age1[a-z0-9]{8,200}")
USUAL_DAYS, MOST_DAYS = 30, 300  # the journals of withdrawals stay for 366
NAME = "backups"


@dataclass(frozen=True, kw_only=True)
class BackupSettings:
    """The folder of the backups, the public keys of age that they are encrypted for, their days."""

    folder: Path
    recipients: tuple[str, ...] = ()
    days: int = USUAL_DAYS


def read_backup(reader: VariableReader, instance_dir: Path) -> BackupSettings:
    """Return the settings of backups. Without a recipient none can be made."""
    recipients = tuple(reader.text("BACKUP_RECIPIENTS").replace(",", " ").split())
    for each in recipients:
        if not RECIPIENT.fullmatch(each):
            reader.fault(
                "BACKUP_RECIPIENTS",
                f"contains {each[:20]!r}. Give public keys of age, which begin with age1. Make a "
                "pair on another machine, with: age-keygen",
            )
    return BackupSettings(
        folder=Path(reader.text("BACKUP_DIR", str(instance_dir / NAME))).absolute(),
        recipients=recipients,
        days=reader.number("BACKUP_DAYS", USUAL_DAYS, lowest=1, highest=MOST_DAYS),
    )
