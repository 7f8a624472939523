"""A sender logs a lasting problem once a minute, so that its log doesn't fill a full disk again."""

from pathlib import Path

import pytest

from supporters.delivery.engine.dispatch import LOG_AGAIN_AFTER_SECONDS, Lane
from supporters.delivery.engine.send_gate import Watch
from supporters.delivery.send_journal.journal_files import Journal
from tests.factories.campaigns import RecordingTransport


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """Return a sender that has nothing to do."""
    journal = Journal(tmp_path, "lane-0")
    return Lane(name="lane-0", transport=RecordingTransport(), journal=journal, watch=Watch())


def test_the_same_problem_is_logged_once_a_minute(lane: Lane) -> None:
    assert [lane.may_log("journal: no space left") for _ in range(5)] == [True] + [False] * 4
    lane.said_at -= LOG_AGAIN_AFTER_SECONDS
    assert lane.may_log("journal: no space left")


def test_another_problem_is_logged_at_once(lane: Lane) -> None:
    assert [lane.may_log(each) for each in ("421", "451", "451", "421")] == [
        True,
        True,
        False,
        True,
    ]
