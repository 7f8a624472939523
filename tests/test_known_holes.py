"""The check for known holes: a hole fails it, and silence is no clean result."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.known_holes import CLEAN, HOLES, NOT_CHECKED, judge_report
from tests.servers.processes import ROOT

SAFE = {"name": "flask", "version": "3.1.0", "vulns": []}
HOLED = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}],
}
SKIPPED = {"name": "embedded", "skip_reason": "not found"}


def report(*packages: dict[str, object]) -> str:
    """Return a report of pip-audit."""
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_without_holes_are_clean() -> None:
    assert judge_report(report(SAFE)) == (CLEAN, ["No known hole in 1 packages."])


def test_a_hole_is_named_with_the_version_that_repairs_it() -> None:
    judged = judge_report(report(SAFE, HOLED, SKIPPED))
    assert judged.status == HOLES
    assert judged.lines[0] == "pillow 1.0: PYSEC-1, repaired in 1.1, 2.0"


@pytest.mark.parametrize("written", [None, "", "[]", "{}"])
def test_without_a_report_nothing_counts_as_checked(written: str | None) -> None:
    judged = judge_report(written, "Traceback\nConnectionError: index.example\n")
    assert judged.status == NOT_CHECKED
    assert judged.lines[0].startswith("Not checked: ")
    assert "ConnectionError" in judged.lines[0]


def test_a_package_that_the_database_does_not_know_is_not_checked() -> None:
    assert judge_report(report(SAFE, SKIPPED)) == (NOT_CHECKED, ["Not checked: embedded"])


def test_an_empty_lock_is_not_checked() -> None:
    assert judge_report(report()).status == NOT_CHECKED


@pytest.mark.parametrize(
    ("written", "alone", "in_the_gate"),
    [(report(HOLED), HOLES, HOLES), ("", NOT_CHECKED, CLEAN), (report(SAFE), CLEAN, CLEAN)],
    ids=["hole", "silence", "clean"],
)
def test_the_gate_fails_for_a_hole_and_not_for_silence(
    tmp_path: Path, written: str, alone: int, in_the_gate: int
) -> None:
    python, audit = tmp_path / "python", tmp_path / "pip-audit"
    python.symlink_to(sys.executable)
    audit.write_text(f"#!/bin/sh\nfor last; do :; done\nprintf %s '{written}' > \"$last\"\n")
    audit.chmod(stat.S_IRWXU)
    begins = "import runpy, sys; sys.executable = sys.argv.pop(1);"
    for options, status in (((), alone), (("--in-the-gate",), in_the_gate)):
        command = [
            sys.executable,
            "-c",
            f"{begins} runpy.run_module('tests.known_holes', run_name='__main__')",
        ]
        done = subprocess.run(
            [*command, python, tmp_path / "audit.json", *options],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout != "") == (status, True)
