"""The sending window: off by default, changed by owners, and never one that doesn't open."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.sending_times.models import SendingWindow
from supporters.sending_times.rules import Window, WindowFault
from supporters.sending_times.sending_window import change_window, find_window, remove_window
from tests.factories.sending_day.sending_times import ALL_DAYS, DAYTIME

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
INSERT = text(
    "INSERT INTO sending_window (id, days, opens, closes, changed_at)"
    " VALUES (:id, :days, :opens, :closes, '2026-01-01 00:00:00')"
)


def test_without_a_window_campaigns_leave_at_any_time() -> None:
    assert find_window() is None
    assert remove_window() is False


@pytest.mark.both_databases
def test_a_change_is_stored_and_recorded_once() -> None:
    with acting_as(Actor(ActorKind.COMMAND, name="eve")):
        assert [change_window(DAYTIME, None), change_window(DAYTIME, None)] == [True, False]
        assert find_window() == DAYTIME
        assert [remove_window(), remove_window()] == [True, False]
    acts = db.session.scalars(db.select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["sending_window.changed", "sending_window.removed"]


def test_a_window_that_never_opens_is_refused_and_changes_nothing() -> None:
    change_window(DAYTIME, None)
    for window, fault in (
        (Window(days=frozenset(), opens=480, closes=1260), WindowFault.NO_DAY),
        (Window(days=ALL_DAYS, opens=480, closes=480), WindowFault.NO_TIME),
    ):
        assert change_window(window, None) is fault
    assert find_window() == DAYTIME


def test_every_set_of_days_is_stored_as_it_is() -> None:
    for bits in range(1, 128):
        days = frozenset(day for day in range(7) if bits >> day & 1)
        change_window(Window(days=days, opens=0, closes=0), None)
        window = find_window()
        assert window is not None
        assert window.days == days


@pytest.mark.both_databases
def test_the_database_holds_one_window_that_opens_at_some_time() -> None:
    accepted = []
    for values in (
        {"id": 2, "days": 127, "opens": 480, "closes": 1260},
        {"id": 1, "days": 0, "opens": 480, "closes": 1260},
        {"id": 1, "days": 128, "opens": 480, "closes": 1260},
        {"id": 1, "days": 127, "opens": 480, "closes": 480},
        {"id": 1, "days": 127, "opens": 480, "closes": 1440},
        {"id": 1, "days": 127, "opens": -1, "closes": 1260},
    ):
        try:
            db.session.execute(INSERT, values)
            accepted.append(values)
        except IntegrityError:
            db.session.rollback()
    db.session.execute(INSERT, {"id": 1, "days": 1, "opens": 0, "closes": 0})
    assert (accepted, db.session.query(SendingWindow).count()) == ([], 1)
