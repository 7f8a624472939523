"""The kind of a problem says whom to turn to."""

import pytest

from supporters.delivery.problems import ProblemKind, details_of, kind_of


@pytest.mark.parametrize(
    ("problem", "kind", "details"),
    [
        ("421", ProblemKind.RELAY, "421"),
        ("MAIL 530", ProblemKind.RELAY, "MAIL 530"),
        ("ConnectionRefusedError", ProblemKind.RELAY, "ConnectionRefusedError"),
        ("journal: no space left", ProblemKind.JOURNAL, "no space left"),
        ("ledger: 3 unsettled", ProblemKind.LEDGER, "3 unsettled"),
        ("content: HeaderUnsafe", ProblemKind.CONTENT, "HeaderUnsafe"),
        ("contested: 6/1200", ProblemKind.DISPUTED, "6/1200"),
        ("relay: odd", ProblemKind.RELAY, "relay: odd"),
    ],
)
def test_each_problem_has_a_kind(problem: str, kind: ProblemKind, details: str) -> None:
    assert (kind_of(problem), details_of(problem)) == (kind, details)
