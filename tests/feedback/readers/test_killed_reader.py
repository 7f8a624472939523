"""A reader that is killed between the commit and the deletion reads again, and it acts once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supporters.config import Settings
from tests.feedback.readers.recorded_intake import make_bounce
from tests.servers.processes import Process, environment_of, start_process, wait_until

pytestmark = pytest.mark.slow

READER = """
import sys, time
from threading import Event
from app import app
from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.bounded_parser import BoundedParser
from supporters.feedback.readers.maildir import Maildir
from supporters.feedback.readers.returned_emails import EmailIntake

class Reader(Maildir):
    def _put_away(self, name, outcome):
        print(outcome.effect.value, flush=True)
        if sys.argv[2] == "stop":
            time.sleep(600)
        super()._put_away(name, outcome)

parser = BoundedParser()
with app.app_context():
    Reader(sys.argv[1]).take_all(EmailIntake(app, parser, Source.MAILDIR), Event())
parser.close()
"""


def start(settings: Settings, folder: Path, what: str) -> Process:
    command = [sys.executable, "-c", READER, str(folder), what]
    return start_process(command, environment_of(settings), stdout=subprocess.PIPE, text=True)


def has_ended(process_id: str) -> bool:
    """Tell whether a process ended, though nobody may have asked for its status yet."""
    try:
        status = Path("/proc", process_id, "stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.usefixtures("app")
def test_email_whose_effect_is_committed_is_read_again_and_acts_once(
    settings: Settings, tmp_path: Path
) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    waiting = tmp_path / "mail" / "new" / "a"
    waiting.write_bytes(make_bounce("ada"))
    with start(settings, tmp_path / "mail", "stop") as killed:
        assert killed.stdout is not None
        first = killed.stdout.readline().strip()
        keepers = Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()
        os.kill(killed.pid, signal.SIGKILL)
    assert waiting.exists()
    assert wait_until(lambda: all(has_ended(each) for each in keepers))
    with start(settings, tmp_path / "mail", "go on") as second:
        said, _ = second.communicate(timeout=180)
    assert first != "repeated"
    assert said.split() == ["repeated"]
    assert not waiting.exists()
