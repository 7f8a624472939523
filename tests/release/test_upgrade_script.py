"""`supporters-release upgrade` fails, or is killed, at each call; stand-ins take its calls."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.processes import ROOT

SCRIPTS = ROOT / "contrib" / "release"
WEB, WORKER = "supporters-web@party.service", "supporters-worker@party.service"
# Each call is noted. The one in `fail` fails, once; at the one in `kill` the script is killed.
CALLED = """#!/bin/sh
called="{name} $*"
echo "$called" >> "$STATE/calls"
for each in fail kill; do
  [ "$(cat "$STATE/$each" 2>/dev/null)" = "$called" ] || continue
  rm "$STATE/$each"
  [ $each = fail ] || kill -9 "$(cat "$STATE/pid")"
  exit 1
done
"""
FLASK = 'case "$*" in *prepare*) cat > /dev/null; cat "$STATE/how" ;; esac\n'
SYSTEMCTL = """word=$1; shift
for unit in "$@"; do
  case $word in
    is-active) [ "$unit" = --quiet ] || [ -f "$STATE/$unit" ] || exit 3 ;;
    stop) rm -f "$STATE/$unit" ;;
    *) touch "$STATE/$unit" ;;
  esac
done
"""
SETPRIV = """#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
"""
STEPS = [
    "1.1.0 release prepare --doctor -",
    f"systemctl stop {WORKER}",
    f"systemctl stop {WEB}",
    "1.1.0 release migrate",
    f"systemctl restart {WEB}",
    f"systemctl start {WORKER}",
    "1.1.0 release finish",
]


@dataclass(frozen=True)
class Host:
    """A machine with two releases, of which the first is current and runs."""

    base: Path
    files: Path
    state: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the script of the new release."""
        others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
        places = {"BASE": self.base, "SETTINGS": self.state, "STATE": self.state}
        script = 'echo $$ > "$STATE/pid"; exec sh supporters-release "$@"'
        return subprocess.run(
            ["sh", "-c", script, "sh", *words],
            cwd=self.files,
            env={
                **others,
                **{name: str(each) for name, each in places.items()},
                "PATH": f"{self.state / 'bin'}:{os.environ['PATH']}",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def current(self) -> str:
        """The release that is current."""
        return (self.base / "current").readlink().name

    @property
    def running(self) -> set[str]:
        """The services that run."""
        return {each.name for each in self.state.glob("*.service")}

    @property
    def calls(self) -> list[str]:
        """The calls since this was asked last."""
        found = (self.state / "calls").read_text().splitlines()
        (self.state / "calls").unlink()
        return [each for each in found if "is-active" not in each and "doctor --json" not in each]

    @property
    def is_under_way(self) -> bool:
        """Whether an upgrade hasn't ended."""
        return (self.base / "upgrade-under-way").exists()


def write_program(path: Path, text: str) -> None:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return a machine that runs the first release, with the files of the second."""
    made = Host(tmp_path / "base", tmp_path / "files", tmp_path / "state")
    for version in ("1.0.0", "1.1.0"):
        place = made.base / "releases" / version
        write_program(place / "bin" / "flask", CALLED.format(name=version) + FLASK)
        target = place / "share" / "supporters" / "contrib" / "release"
        target.mkdir(parents=True)
        shutil.copy(SCRIPTS / "supporters", target)
        (place / "whole").touch()
    (made.base / "current").symlink_to("releases/1.0.0")
    write_program(made.state / "bin" / "systemctl", CALLED.format(name="systemctl") + SYSTEMCTL)
    write_program(made.state / "bin" / "setpriv", SETPRIV)
    (made.state / "how").write_text("stopped\n")
    (made.state / "party.env").touch()
    (made.state / "training.env").write_text("SUPPORTERS_TRAINING=on\n")
    for unit in (WEB, WORKER):
        (made.state / unit).touch()
    made.files.mkdir()
    wheel = made.files / "supporters-1.1.0-py3-none-any.whl"
    wheel.touch()
    (made.files / "SHA256SUMS").write_text(f"{hashlib.sha256(b'').hexdigest()}  {wheel.name}\n")
    shutil.copy(SCRIPTS / "supporters-release", made.files)
    return made


def test_the_calls_are_made_in_their_order_and_the_other_release_runs(host: Host) -> None:
    done = host.run("upgrade")
    assert (done.returncode, host.calls) == (0, STEPS), done.stderr
    assert (host.current, host.running) == ("1.1.0", {WEB, WORKER})
    assert not host.is_under_way
    assert "current already" in host.run("upgrade").stdout


def test_the_pages_go_on_if_the_program_before_may(host: Host) -> None:
    (host.state / "how").write_text("rolling\n")
    assert host.run("upgrade").returncode == 0
    assert host.calls == [each for each in STEPS if each != f"systemctl stop {WEB}"]


def test_the_database_for_the_trial_is_passed_on(host: Host) -> None:
    assert host.run("upgrade", "--into", "postgresql://db/trial").returncode == 0
    assert host.calls[0] == f"{STEPS[0]} --into postgresql://db/trial"


def test_services_that_did_not_run_are_not_started(host: Host) -> None:
    (host.state / WORKER).unlink()
    assert host.run("upgrade").returncode == 0
    assert (host.current, host.running) == ("1.1.0", {WEB})


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_puts_all_back(host: Host, step: str) -> None:
    (host.state / "fail").write_text(step)
    done = host.run("upgrade")
    assert done.returncode == 1
    words = "Nothing was changed: 1.0.0 runs." if step is STEPS[0] else "1.0.0 runs again, and"
    assert words in done.stderr
    assert (host.current, host.running) == ("1.0.0", {WEB, WORKER})
    assert ("1.1.0 release undo" in host.calls) == (step is not STEPS[0])
    assert not host.is_under_way


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_call_it_goes_on_or_back(host: Host, step: str) -> None:
    (host.state / "kill").write_text(step)
    assert host.run("upgrade").returncode == -9
    assert host.is_under_way
    assert "hasn't ended" in host.run("use", "1.0.0").stderr
    (host.state / "kill").write_text(step)
    assert host.run("upgrade").returncode == -9  # once more
    back = host.run("back")
    assert "1.0.0 runs again" in back.stderr
    assert (host.current, host.running, host.is_under_way) == ("1.0.0", {WEB, WORKER}, False)
    (host.state / "kill").write_text(step)
    assert host.run("upgrade").returncode == -9
    done = host.run("upgrade")
    assert (done.returncode, host.is_under_way) == (0, False), done.stderr
    assert (host.current, host.running) == ("1.1.0", {WEB, WORKER})


def test_a_way_back_that_fails_leaves_the_services_running_and_can_be_repeated(host: Host) -> None:
    (host.state / "fail").write_text("1.1.0 release migrate")
    write_program(host.state / "bin" / "setpriv", SETPRIV.replace("exec", REFUSE_UNDO + "exec"))
    done = host.run("upgrade")
    assert "The way back isn't complete" in done.stderr
    assert (host.running, host.is_under_way) == ({WEB, WORKER}, True)
    write_program(host.state / "bin" / "setpriv", SETPRIV)
    assert "1.0.0 runs again" in host.run("back").stderr
    assert not host.is_under_way
    assert "No upgrade is under way" in host.run("back").stderr


REFUSE_UNDO = 'case "$*" in *undo*) exit 1 ;; esac\n'
