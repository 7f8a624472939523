"""The start of a process leaves the garbage collector on, and what it made out of its way."""

import gc
import runpy
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
