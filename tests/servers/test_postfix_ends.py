"""A test's Postfix ends with its test: none is left to hold its ports and its memory."""

from tests.servers.ports import free_port
from tests.servers.postfix import running_postfix
from tests.servers.processes import is_alive, wait_until


def test_its_master_ends_with_it() -> None:
    with running_postfix({free_port(): ()}) as postfix:
        master = int((postfix.folder / "queue" / "pid" / "master.pid").read_text())
        assert is_alive(master)
    assert wait_until(lambda: not is_alive(master), seconds=5)
