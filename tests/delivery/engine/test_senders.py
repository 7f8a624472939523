"""A sender logs a lasting problem once a minute, so that its log doesn't fill a full disk again."""

from pathlib import Path

import pytest

from supporters.delivery.engine.dispatch import LOG_AGAIN_AFTER_SECONDS, Sender
from supporters.delivery.engine.send_gate import SendGate
from supporters.smtp_relay.send_journal import SendJournal
from tests.factories.campaigns import RecordingTransport


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    """Return a sender that has nothing to do."""
    journal = SendJournal(tmp_path, "sender-0")
    return Sender(name="sender-0", transport=RecordingTransport(), journal=journal, gate=SendGate())


def test_the_same_problem_is_logged_once_a_minute(sender: Sender) -> None:
    assert [sender.may_log("journal: no space left") for _ in range(5)] == [True] + [False] * 4
    sender.said_at -= LOG_AGAIN_AFTER_SECONDS
    assert sender.may_log("journal: no space left")


def test_another_problem_is_logged_at_once(sender: Sender) -> None:
    assert [sender.may_log(each) for each in ("421", "451", "451", "421")] == [
        True,
        True,
        False,
        True,
    ]
