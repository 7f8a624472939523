"""The steps of a guided setup after the settings: each is a command that an operator has, too."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from supporters.settings.setting_sources import SETTINGS_FILE

APPLICATION = Path(__file__).parents[3] / "app.py"
COME_LATER = {"worker"}  # nothing runs yet
MARKS = {"right": "ok  ", "look": "look", "wrong": "BAD "}


@dataclass(frozen=True)
class SetupSteps:
    """Runs commands with the settings of a file."""

    file: Path

    def make_tables(self) -> bool:
        """Create or upgrade the tables; tell whether it went well."""
        return self._run("db", "upgrade").returncode == 0

    def send_email(self, to: str) -> bool:
        """Send an email through the relay; tell whether it took it."""
        return self._run("delivery", "loop-test", "--to", to).returncode == 0

    def check_delivery(self) -> None:
        """Say which DNS records are missing."""
        self._run("delivery", "check")

    def has_owner(self) -> bool:
        """Tell whether an account has the role already."""
        accounts = self._read("organisers", "list", "--json").get("organisers", [])
        return any("owner" in each["role"] for each in accounts)

    def invite(self, owner: str) -> bool:
        """Print the link of the first owner; tell whether it went well."""
        options = ("--role", "owner", "--print-link")
        return self._run("organisers", "invite", owner, *options).returncode == 0

    def examine(self) -> bool:
        """Print the findings of doctor; tell whether nothing is wrong but that no worker runs."""
        findings = self._read("doctor", "--json").get("findings", [])
        for each in findings:
            click.echo(f"{MARKS[each['state']]}  {each['about']}: {each['words']}")
        wrong = {each["about"] for each in findings if each["state"] == "wrong"}
        return bool(findings) and wrong <= COME_LATER

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        click.echo(f"\n$ flask {' '.join(words)}", err=True)
        return subprocess.run(self._command(words), env=self._environment(), text=True, check=False)

    def _read(self, *words: str) -> Mapping[str, Any]:
        """Return what a command prints for programs; nothing if it fails otherwise."""
        done = subprocess.run(
            self._command(words),
            env=self._environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        first = done.stdout.partition("\n")[0]
        return dict(json.loads(first)) if first.startswith("{") else {}

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", str(APPLICATION), *words]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, SETTINGS_FILE: str(self.file)}
