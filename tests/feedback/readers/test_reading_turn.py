"""One process of all machines reads a mailbox; another takes over when it ends."""

import pytest

from supporters.feedback.readers.reading_turn import ReadingTurn, is_anybody_reading

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def test_one_process_has_the_turn_until_it_gives_it_up() -> None:
    with ReadingTurn() as first, ReadingTurn() as second:
        assert first.take()
        assert first.take()
        assert not second.take()
        assert is_anybody_reading()
        first.give_up()
        assert second.take()
    assert not is_anybody_reading()
