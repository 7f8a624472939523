"""The start of a process: what it loads, and what the garbage collector passes over."""

import gc
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

APPLICATION = Path(__file__).parents[1] / "app.py"


def test_a_start_leaves_the_collector_on_and_frees_it_from_what_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORTERS_INSTANCE_DIR", str(tmp_path))
    before = gc.get_freeze_count()
    runpy.run_path(str(APPLICATION))
    assert gc.isenabled()
    assert gc.get_freeze_count() > before


def test_a_process_begins_without_the_libraries_that_few_processes_use(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys, app; print(*sys.modules)"]
    environment = {**os.environ, "SUPPORTERS_INSTANCE_DIR": str(tmp_path)}
    written = subprocess.check_output(command, cwd=APPLICATION.parent, env=environment, text=True)
    loaded = set(written.split())
    assert {"supporters.cli.worker", "supporters.sign_in.passkeys", "flask_security"} <= loaded
    few_use = {"authlib", "requests", "webauthn", "OpenSSL", "rich", "pygments", "aiosmtpd"}
    few_use |= {"dns", "imapclient", "flufl"}
    assert not few_use & loaded
