"""A process that is killed in the middle of a file loses nothing, and the next one continues."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supporters.config import Settings
from supporters.imports.import_approval import approve_import, request_approval
from supporters.imports.models import ImportStatus, ListImport
from tests.factories.imports import (
    APPROVER,
    declared,
    invitations,
    lift_limit,
    owner,
    process_file,
    refusals,
    reload,
)
from tests.servers.processes import environment_of, start_process, wait_until

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ROWS = 30_000
WORK = """
import sys
from supporters import create_app
from supporters.imports.import_jobs import process_import
with create_app().app_context():
    for _ in process_import(int(sys.argv[1]), at_once=200):
        pass
"""


def kill_in_the_middle(settings: Settings, import_id: int) -> ListImport:
    """Process an import in another process, and kill it after its start."""
    arguments = [sys.executable, "-c", WORK, str(import_id)]
    process = start_process(arguments, environment_of(settings), stderr=subprocess.DEVNULL)
    assert wait_until(lambda: reload(import_id).line > 1000)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    return reload(import_id)


@pytest.mark.both_databases
def test_after_kill_9_each_row_is_checked_and_invited_exactly_once(settings: Settings) -> None:
    rows = (f"p{number}@example.org" if number % 100 else "nobody" for number in range(ROWS))
    import_id = declared("\n".join(["email", *rows]).encode())
    killed = kill_in_the_middle(settings, import_id)
    assert killed.status is ImportStatus.CHECKING
    assert 0 < killed.rows < ROWS
    found = process_file(import_id)
    assert (found.rows, found.fitting, len(refusals(import_id))) == (ROWS, 29_700, 300)
    request_approval(import_id)
    approve_import(import_id, owner(APPROVER).id)
    lift_limit(import_id)
    killed = kill_in_the_middle(settings, import_id)
    assert killed.status is ImportStatus.MAKING
    assert 0 < killed.invited < 29_700
    found = process_file(import_id)
    addresses = [each.address for each in invitations()]
    assert (found.invited, len(addresses), len(set(addresses))) == (29_700, 29_700, 29_700)
    assert [*Path(settings.instance_dir).glob("imports/*")] == []
