"""A process that ends while a test looks at it: the test goes on."""

import subprocess
import sys

import pytest

from tests.servers import processes


def test_a_process_that_ends_while_we_look_is_no_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    monkeypatch.setattr(processes, "children_of", lambda _: [ended.pid])
    assert processes.senders_of(1) == []
    assert (processes.name_of(ended.pid), processes.is_alive(ended.pid)) == ("", False)
