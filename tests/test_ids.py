"""Ids are made before the insert, tell when, and never repeat within a batch (ADR 014)."""

from datetime import UTC, datetime, timedelta

from supporters.ids import first_id_of, moment_of, new_id

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_ids_of_one_moment_all_differ() -> None:
    assert len({new_id(NOON) for _ in range(20_000)}) == 20_000


def test_an_id_tells_its_moment() -> None:
    assert moment_of(new_id(NOON)) == NOON


def test_later_ids_are_larger() -> None:
    later = NOON + timedelta(milliseconds=1)
    assert new_id(NOON) < first_id_of(later) <= new_id(later) < 2**63
