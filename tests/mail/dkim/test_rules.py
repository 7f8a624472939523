"""The record of a key: as it is published, and as it is found again."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.mail.dkim.rules import (
    RECORD_STAYS,
    choose_selector,
    judge_record,
    record_of,
    retires_on,
)
from supporters.mail.dkim.states import KEY_STATES, KeyMove

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PUBLIC = "M" * 392
RECORD = record_of("parti.example", "s20261201", PUBLIC)


def test_a_record_has_a_name_a_line_and_strings_that_a_zone_takes() -> None:
    assert RECORD.name == "s20261201._domainkey.parti.example"
    assert RECORD.value == f"v=DKIM1; k=rsa; p={PUBLIC}"
    assert [len(each) for each in RECORD.strings] == [255, 155]
    assert "".join(RECORD.strings) == RECORD.value
    first, second = RECORD.strings
    assert RECORD.zone_line == f'{RECORD.name}. IN TXT ( "{first}" "{second}" )'


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], RecordState.ABSENT),
        ([RECORD.value], RecordState.VISIBLE),
        ([f"p={PUBLIC}"], RecordState.VISIBLE),
        ([f"v=DKIM1;k=rsa;t=s; p= {PUBLIC[:100]} {PUBLIC[100:]} ;"], RecordState.VISIBLE),
        ([f"v=DKIM1; p={PUBLIC[:-1]}"], RecordState.DIFFERENT),
        (["v=DKIM1; p="], RecordState.DIFFERENT),
        ([f"v=DKIM1; k=ed25519; p={PUBLIC}"], RecordState.DIFFERENT),
        ([f"v=DKIM2; p={PUBLIC}"], RecordState.DIFFERENT),
        ([f"v=DKIM1; P={PUBLIC}"], RecordState.DIFFERENT),  # names are case-sensitive
        ([f"v=DKIM1; p={PUBLIC}; p={PUBLIC}"], RecordState.DIFFERENT),  # twice voids all of it
        (["hello"], RecordState.DIFFERENT),
        ([RECORD.value, "v=DKIM1; p=abc"], RecordState.DIFFERENT),
    ],
)
def test_a_record_is_compared_as_verifiers_read_it(found: list[str], state: RecordState) -> None:
    assert judge_record(found, PUBLIC) is state


def test_a_selector_has_the_day_and_is_never_used_twice() -> None:
    taken: set[str] = set()
    for _ in range(27):
        taken.add(choose_selector(NOW, taken))
    assert {"s20261201", "s20261201b", "s20261201z"} <= taken
    assert len(taken) == 27


def test_a_key_retires_when_its_record_is_not_needed() -> None:
    assert retires_on(KeyStatus.ACTIVE, None, NOW) is None
    assert retires_on(KeyStatus.WAITING, None, NOW) == NOW
    ended = NOW - timedelta(days=1)
    assert retires_on(KeyStatus.REPLACED, ended, NOW) == ended + RECORD_STAYS


@pytest.mark.parametrize(
    ("move", "sources", "target"),
    [
        (KeyMove.ACTIVATE, {KeyStatus.WAITING}, KeyStatus.ACTIVE),
        (KeyMove.REPLACE, {KeyStatus.ACTIVE}, KeyStatus.REPLACED),
        (
            KeyMove.RETIRE,
            {KeyStatus.WAITING, KeyStatus.ACTIVE, KeyStatus.REPLACED},
            KeyStatus.RETIRED,
        ),
    ],
)
def test_each_move_has_its_statuses(
    move: KeyMove, sources: set[KeyStatus], target: KeyStatus
) -> None:
    assert KEY_STATES.sources(move) == sources
    assert KEY_STATES.target(move) is target
