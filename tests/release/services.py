"""The services of the units, without systemd: two programs that stand before its own in PATH."""

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.release.conftest import PACKAGES, TAKE_SOCKET, Release
from tests.servers.processes import PATIENCE_SECONDS

WEB, WORKER = "supporters-web@party.service", "supporters-worker@party.service"
# `kill` has the word before which the caller is killed, `fail` the one that fails; each once.
SYSTEMCTL = """#!/bin/sh
word=$1; shift
runs() { grep -qs '^State:.[^Z]' "/proc/$1/status"; } # perhaps nobody waits for it
for each in kill fail; do
  [ "$(cat "$UNITS/$each" 2>/dev/null)" = "$word" ] || continue
  rm "$UNITS/$each"
  [ $each = fail ] && { echo "Job for $1 failed." >&2; exit 1; }
  kill -9 $PPID; exit 1
done
for unit in "$@"; do
  if [ $word = is-active ]; then
    [ "$unit" = --quiet ] || [ -f "$UNITS/$unit" ] || exit 3
    continue
  fi
  if [ $word != start ] && [ -f "$UNITS/$unit" ]; then
    pid=$(cat "$UNITS/$unit"); rm "$UNITS/$unit"; kill $pid
    while runs $pid; do sleep 0.05; done
  fi
  if [ $word != stop ] && [ ! -f "$UNITS/$unit" ]; then
    cd "$BASE/current/share/supporters"
    case $unit in
      *web*) set -- "$BASE/current/bin/python" -m gunicorn --workers 2 app:app
        "$BASE/current/bin/python" -c "$TAKE_SOCKET" $LISTENER "$@" >> "$UNITS/web.log" 2>&1 & ;;
      *) "$BASE/current/bin/flask" worker --processes 1 >> "$UNITS/worker.log" 2>&1 & ;;
    esac
    echo $! > "$UNITS/$unit"
  fi
done
"""
SETPRIV = """#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
"""


@dataclass(frozen=True)
class Machine:
    """A machine with the units of a party: releases, settings, and what runs."""

    release: Release
    folder: Path
    listener: int

    def __post_init__(self) -> None:
        """Put the settings and the two programs into its folder."""
        for each in ("bin", "units", "settings"):
            (self.folder / each).mkdir(parents=True)
        for name, text in (("systemctl", SYSTEMCTL), ("setpriv", SETPRIV)):
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)

    def write_settings(self, settings: dict[str, str]) -> None:
        """Write the settings file of the party."""
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in settings.items()]
        file = self.folder / "settings" / "party.env"
        file.write_text("".join(lines))
        file.chmod(0o600)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of root's shell there."""
        others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
        return {
            **others,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "PYTHONPATH": PACKAGES,
            "VENV_OPTIONS": "--without-pip",
            "BASE": str(self.release.base),
            "SETTINGS": str(self.folder / "settings"),
            "SUPPORTERS_SETTINGS_FILE": str(self.folder / "settings" / "party.env"),
            "FLASK_APP": "app",
            "UNITS": str(self.folder / "units"),
            "LISTENER": str(self.listener),
            "TAKE_SOCKET": TAKE_SOCKET,
        }

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            words,
            cwd=cwd or self.folder,
            env=self.variables,
            pass_fds=[self.listener],
            capture_output=True,
            text=True,
            check=False,
        )

    def once(self, what: str, word: str) -> None:
        """Let systemctl kill its caller, or fail, when it gets this word next."""
        (self.folder / "units" / what).write_text(word)

    def systemctl(self, *words: str) -> None:
        """Start or stop services."""
        assert self.run("systemctl", *words).returncode == 0

    @contextmanager
    def other_pages(
        self, version: str, listener: socket.socket, party: Path, folder: Path
    ) -> Iterator[None]:
        """Run the pages of a release as another machine, with the database of the party."""
        place = self.release.base / "releases" / version
        python = str(place / "bin" / "python")
        number = str(listener.fileno())
        own = {"SUPPORTERS_INSTANCE_DIR": str(folder)}
        own["SUPPORTERS_DATABASE_URL"] = f"sqlite:///{party / 'supporters.db'}"
        with (self.folder / "other.log").open("w") as log:
            process = subprocess.Popen(
                [python, "-c", TAKE_SOCKET, number, python, "-m", "gunicorn", "app:app"],
                cwd=place / "share" / "supporters",
                env={**self.variables, **own},
                pass_fds=[listener.fileno()],
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
