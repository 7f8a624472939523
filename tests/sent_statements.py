"""Notes which statements a test sends to PostgreSQL."""

import re
from dataclasses import dataclass, field
from itertools import chain
from zlib import crc32

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from supporters.prepared_statements import Call
from supporters.round_trips import calls_sent

VALUE = r"%\(\w+\)s(?:::\w+(?: WITH(?:OUT)? TIME ZONE)?(?:\(\d+\))?(?:\[\])?)?"
VALUES = re.compile(f"{VALUE}(?:, {VALUE})*")  # of one column, or a list of any length
ROWS = re.compile(r"\(%\)(, \(%\))+")


@dataclass
class Recording:
    """The statements that the test which runs has sent to PostgreSQL, as numbers."""

    is_on: bool = False
    started_a_process: bool = False  # which sends statements that nobody here sees
    sent: set[int] = field(default_factory=set)

    def begin(self) -> None:
        """Note all statements of this process."""
        self.is_on = True
        event.listen(Engine, "before_cursor_execute", self.note)
        calls_sent.connect(self.note_trip)

    def clear(self) -> None:
        """Begin with the next test."""
        self.started_a_process = False
        self.sent.clear()

    def note(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        """Note a statement of a session, without its values."""
        if connection.dialect.name == "postgresql":
            self.sent.add(_number(ROWS.sub("(%)", VALUES.sub("%", statement))))

    def note_trip(self, _sender: object, calls: list[Call]) -> None:
        """Note the statements of a trip."""
        for part in chain.from_iterable(call.statements for call in calls):
            self.sent.add(_number(part.compiled_for("postgresql").text))


def _number(statement: str) -> int:
    return crc32(statement.encode())


recording = Recording()
