"""`flask feedback`: a pipe, a listener, and what waits; a worker reads, and doctor looks at it."""

import json
import os
from pathlib import Path

import pytest

from supporters.config import Settings
from tests.feedback.readers.recorded_intake import HUMAN, make_bounce
from tests.servers.processes import (
    children_of,
    environment_of,
    name_of,
    run_flask,
    started,
    wait_until,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """Return a Maildir with two emails."""
    made = tmp_path / "mail"
    for part in ("new", "cur", "tmp"):
        (made / part).mkdir(parents=True)
    (made / "new" / "a").write_bytes(make_bounce("ada"))
    (made / "new" / "b").write_bytes(HUMAN)
    return made


@pytest.fixture
def variables(settings: Settings, mailbox: Path) -> dict[str, str]:
    """Return settings that name the Maildir."""
    return {**environment_of(settings), "SUPPORTERS_FEEDBACK_URL": f"maildir:{mailbox}"}


def status_of(variables: dict[str, str]) -> dict[str, object]:
    shown = run_flask(variables, "feedback", "status", "--json")
    return dict(json.loads(shown.stdout))


def doctor_on(variables: dict[str, str]) -> tuple[str, str]:
    found = json.loads(run_flask(variables, "doctor", "--json").stdout)["findings"]
    (ours,) = [each for each in found if each["about"] == "returned emails"]
    return ours["state"], ours["words"]


def test_pipe_ends_with_0_once_it_is_stored_and_otherwise_has_the_server_try_again(
    settings: Settings, tmp_path: Path
) -> None:
    variables = environment_of(settings)
    (tmp_path / "damaged.db").write_bytes(b"no database" * 500)
    faulty = {
        "DATABASE_URL": (f"sqlite:///{tmp_path}/none/none.db", f"sqlite:///{tmp_path}/damaged.db"),
        "FEEDBACK_URL": ("pop://mail.example",),
    }
    arguments, raw = ("feedback", "read", "--to", "a@parti.example"), make_bounce("ada").decode()
    assert run_flask(variables, *arguments, stdin=raw).returncode == 0
    for name, values in faulty.items():
        for value in values:
            wrong = {**variables, f"SUPPORTERS_{name}": value}
            refused = run_flask(wrong, *arguments, stdin=raw)
            assert (refused.returncode, bool(refused.stderr)) == (os.EX_TEMPFAIL, True), value


def test_status_and_doctor_tell_what_waits_until_it_is_read(
    variables: dict[str, str], mailbox: Path, tmp_path: Path
) -> None:
    before = status_of(variables)
    assert (before["waiting"], before["is_read"], before["read"]) == (2, False, 0)
    assert doctor_on(variables)[0] == "wrong"
    with started(variables, "feedback", "listen", log=tmp_path / "listen.log"):
        assert wait_until(lambda: not [*(mailbox / "new").iterdir()])
        assert wait_until(lambda: status_of(variables)["read"] == 2)
        after = status_of(variables)
        assert (after["waiting"], after["is_read"], after["problem"]) == (0, True, None)
        assert doctor_on(variables)[0] == "right"


def test_place_that_does_not_answer_is_told(variables: dict[str, str], tmp_path: Path) -> None:
    gone = {**variables, "SUPPORTERS_FEEDBACK_URL": f"maildir:{tmp_path}/gone"}
    assert "isn't a folder of a Maildir" in str(status_of(gone)["problem"])
    state, words = doctor_on(gone)
    assert (state, "SUPPORTERS_FEEDBACK_URL" in words) == ("wrong", True)


def test_worker_reads_in_a_process_of_its_own_and_only_one_of_two_readers_has_the_turn(
    variables: dict[str, str], mailbox: Path, tmp_path: Path
) -> None:
    with started(variables, "worker", log=tmp_path / "worker.log") as worker:
        assert wait_until(lambda: not [*(mailbox / "new").iterdir()])
        names = [name_of(each) for each in children_of(worker.pid)]
        with started(variables, "feedback", "listen", log=tmp_path / "second.log"):
            (mailbox / "new" / "c").write_bytes(make_bounce("bob"))
            assert wait_until(lambda: not [*(mailbox / "new").iterdir()])
    assert "feedback" in names
    assert "feedback.reading" in (tmp_path / "worker.log").read_text()
    assert "feedback.reading" not in (tmp_path / "second.log").read_text()
