"""Asks SpamAssassin, without the network, for its score of messages."""

import re
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest

BOX_LINE = b"From lettre@parti.example Sat Nov 28 08:00:00 2026\n"  # of an mbox


def score_spam(mails: Collection[bytes], folder: Path) -> tuple[list[float], str]:
    """Return the score of each message, and the report; skip the test without the program."""
    program = shutil.which("spamassassin")
    if program is None:
        pytest.skip("spamassassin is not installed")
    box = folder / "box"
    box.write_bytes(b"".join(BOX_LINE + each.replace(b"\r\n", b"\n") + b"\n" for each in mails))
    ran = subprocess.run(
        [program, "--local", "--mbox", str(box)], capture_output=True, check=True, text=True
    )
    scores = re.findall(r"^X-Spam-Status: .*?score=(-?[\d.]+)", ran.stdout, re.MULTILINE)
    assert len(scores) == len(mails)
    return [*map(float, scores)], ran.stdout
