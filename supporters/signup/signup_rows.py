"""The statement that stores a signup: email, request, boxes, answers and log entries."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from supporters.fast_path.prepared_statements import Call, RowInsert, together
from supporters.mail.models import OutboxEmail
from supporters.questions.models import SignupAnswer
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.transparency_log.models import LogEntry

Columns = Mapping[str, Any]


def add_signup(
    email: Columns,
    request: Columns,
    *,
    choices: Sequence[Columns],
    answers: Sequence[Columns],
    entries: Sequence[Columns],
) -> Call:
    """Return the call that adds the rows; each is given by its columns."""
    return together(
        _insert(OutboxEmail, "email", frozenset(email)).row(email),
        _insert(SignupRequest, "request", frozenset(request)).row(request),
        *(
            _insert(SignupChoice, f"choice_{number}", frozenset(each)).row(each)
            for number, each in enumerate(choices)
        ),
        *(
            _insert(SignupAnswer, f"answer_{number}", frozenset(each)).row(each)
            for number, each in enumerate(answers)
        ),
        *(
            _insert(LogEntry, f"entry_{number}", frozenset(each)).row(each)
            for number, each in enumerate(entries)
        ),
    )


@cache
def _insert(
    table: type[OutboxEmail | SignupRequest | SignupChoice | SignupAnswer | LogEntry],
    prefix: str,
    columns: frozenset[str],
) -> RowInsert:
    return RowInsert(table, prefix, columns)
