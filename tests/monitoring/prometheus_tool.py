"""Runs promtool, which reads rules and judges questions as Prometheus does."""

import json
import subprocess
from pathlib import Path


def promtool(*arguments: str | Path) -> str:
    """Return what promtool says; the test fails if it finds a fault."""
    command = ["promtool", *map(str, arguments)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def write(folder: Path, content: object) -> Path:
    """Write a file for promtool; JSON is YAML."""
    path = folder / "promtool.json"
    path.write_text(json.dumps(content))
    return path
