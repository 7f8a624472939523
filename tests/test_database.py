"""A moment is the same on both databases, and a step keeps no transaction open."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from supporters.cli.processes import own_session
from supporters.consent.models import Purpose, PurposeKind
from supporters.database import db, transaction

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def keep(moment: datetime) -> int:
    """Store a moment; return the row's id."""
    with transaction():
        purpose = Purpose(kind=PurposeKind.NEWSLETTER, created_at=moment)
        db.session.add(purpose)
    return purpose.id


def moments() -> list[datetime]:
    """Return every stored moment."""
    db.session.rollback()
    return [*db.session.scalars(db.select(Purpose.created_at).order_by(Purpose.id))]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(StatementError, match="timezone-aware"):
        keep(datetime(2026, 11, 24, 12))  # noqa: DTZ001 - the subject of the test
    assert moments() == []


def test_a_moment_of_another_zone_is_the_same_moment_in_utc() -> None:
    keep(NOON.astimezone(timezone(timedelta(hours=-10))))
    (stored,) = moments()
    assert (stored, stored.tzinfo) == (NOON, UTC)


def test_moments_keep_their_microseconds_and_compare_with_now() -> None:
    moment = NOON + timedelta(microseconds=1)
    keep(moment)
    assert moments() == [moment]
    later = db.select(Purpose.id).where(Purpose.created_at > NOON)
    assert len(db.session.scalars(later).all()) == 1


def test_a_step_with_its_own_session_keeps_no_transaction_open() -> None:
    with own_session():
        db.session.scalars(db.select(Purpose.id)).all()
        step = db.session()
        assert step.in_transaction()
    assert not step.in_transaction()
    assert db.session() is not step
