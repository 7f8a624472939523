"""Looks for known holes in the packages of the lock. It says "not checked" if it can't know.

    python -m tests.known_holes build/audit.json

Ends with 0 if there is no known hole, with 1 if there is one, and with 2 if packages could not be
checked: the database of holes was out of reach, or doesn't know a package. In the gate
(`--in-the-gate`) that is said, and ends with 0: another machine's network fails no change.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LOCK = "requirements.lock"
LONGEST_REASON = 200
CLEAN, HOLES, NOT_CHECKED = 0, 1, 2


class HoleReport(NamedTuple):
    """The exit status, and the lines to print."""

    status: int
    lines: Sequence[str]


def judge_report(report: str | None, error: str = "") -> HoleReport:
    """Return what the report of pip-audit means; None if it wrote none."""
    try:
        found = json.loads(report or "")["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = (error.strip().splitlines() or ["no report"])[-1][:LONGEST_REASON]
        why = f"Not checked: the database of known holes did not answer ({reason})."
        return HoleReport(NOT_CHECKED, [why, "This does not mean that there is no hole."])
    holes = [_describe(each, hole) for each in found for hole in each.get("vulns", [])]
    skipped = [each["name"] for each in found if "skip_reason" in each]
    lines = [*holes, *(f"Not checked: {name}" for name in skipped)]
    if holes:
        return HoleReport(HOLES, lines)
    if skipped or not found:
        return HoleReport(NOT_CHECKED, lines or ["Not checked: the lock has no package."])
    return HoleReport(CLEAN, [f"No known hole in {len(found)} packages."])


def _describe(package: Mapping[str, Any], hole: Mapping[str, Any]) -> str:
    repaired = ", ".join(hole.get("fix_versions", [])) or "no version yet"
    return f"{package['name']} {package['version']}: {hole['id']}, repaired in {repaired}"


def main(path: Path, *, in_the_gate: bool = False) -> int:
    """Run pip-audit on the lock, print the result, and return the exit status."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    command = ["pip-audit", "--requirement", LOCK, "--disable-pip", "--require-hashes"]
    options = ["--progress-spinner", "off", "--format", "json", "--output", str(path)]
    program = Path(sys.executable).parent / command[0]
    ran = subprocess.run(
        [program, *command[1:], *options], capture_output=True, text=True, check=False
    )
    judged = judge_report(path.read_text() if path.exists() else None, ran.stderr)
    sys.stdout.write("".join(f"{line}\n" for line in judged.lines))
    return CLEAN if in_the_gate and judged.status == NOT_CHECKED else judged.status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), in_the_gate="--in-the-gate" in sys.argv))
