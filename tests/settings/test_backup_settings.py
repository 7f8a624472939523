"""The settings of backups: public keys of age, a folder, and days."""

from pathlib import Path

import pytest

from supporters.config import SettingsError, load_settings

OURS = {"SUPPORTERS_ENV": "development"}
KEY = "age1j5dml63p92w8vs7k7use30prm853md4ts7svqe94ympxzk3umykqlrgrvg"


def test_backups_are_beside_the_files_of_the_machine_unless_told(tmp_path: Path) -> None:
    usual = load_settings({**OURS, "SUPPORTERS_INSTANCE_DIR": str(tmp_path)}).backup
    assert (usual.folder, usual.recipients, usual.days) == (tmp_path / "backups", (), 30)
    given = {"RECIPIENTS": f"{KEY}, {KEY}", "DIR": "/srv/backup", "DAYS": "7"}
    named = {f"SUPPORTERS_BACKUP_{name}": value for name, value in given.items()}
    told = load_settings({**OURS, **named})
    assert told.backup.recipients == (KEY, KEY)
    assert (told.backup.folder, told.backup.days) == (Path("/srv/backup"), 7)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RECIPIENTS", "AGE-SECRET-KEY-1QQ", "Give public keys of age, which begin with age1"),
        ("DAYS", "366", "a whole number from 1 to 300"),
    ],
)
def test_a_private_key_and_too_many_days_are_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({**OURS, f"SUPPORTERS_BACKUP_{name}": value})
    assert words in str(refused.value)
