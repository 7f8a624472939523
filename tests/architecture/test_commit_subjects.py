"""The hook for commit messages accepts imperative subjects of at most 72 characters only."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.syntax_trees import ROOT

HOOK = ROOT / "contrib/hooks/commit-msg"


def check(folder: Path, message: str) -> tuple[int, str]:
    """Run the hook on a message; return its status and its first line."""
    file = folder / "message"
    file.write_text(message, encoding="utf-8")
    ran = subprocess.run([HOOK, file], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stderr.partition("\n")[0]


@pytest.mark.parametrize(
    "message",
    [
        "Show unprovable consents first\n\nThe body is free. It may be long.\n",
        "# A comment of git\n\nAdd a field for the postcode\n",
        "é" * 72,
        "Merge branch 'a branch with a name that makes this subject longer than seventy-two'",
    ],
)
def test_good_subjects_are_accepted(tmp_path: Path, message: str) -> None:
    assert check(tmp_path, message) == (0, "")


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("x" * 73, "73 characters"),
        ("Added a field", "imperative"),
        ("What isn't sealed is called so", "imperative"),
        ("Add a field.", "full stop"),
        ("# only a comment\n", "no subject"),
    ],
)
def test_bad_subjects_are_refused_with_the_reason(tmp_path: Path, message: str, fault: str) -> None:
    status, reason = check(tmp_path, message)
    assert (status, fault in reason) == (1, True)
