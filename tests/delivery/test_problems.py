"""The kind of a problem says whom to turn to."""

import pytest

from supporters.delivery.problems import TroubleKind, details_of, kind_of


@pytest.mark.parametrize(
    ("trouble", "kind", "details"),
    [
        ("421", TroubleKind.RELAY, "421"),
        ("MAIL 530", TroubleKind.RELAY, "MAIL 530"),
        ("ConnectionRefusedError", TroubleKind.RELAY, "ConnectionRefusedError"),
        ("journal: no space left", TroubleKind.JOURNAL, "no space left"),
        ("ledger: 3 unsettled", TroubleKind.LEDGER, "3 unsettled"),
        ("content: HeaderUnsafe", TroubleKind.CONTENT, "HeaderUnsafe"),
        ("contested: 6/1200", TroubleKind.CONTESTED, "6/1200"),
        ("relay: odd", TroubleKind.RELAY, "relay: odd"),
    ],
)
def test_each_problem_has_a_kind(trouble: str, kind: TroubleKind, details: str) -> None:
    assert (kind_of(trouble), details_of(trouble)) == (kind, details)
