"""The sending window of the installation: the hours in which campaigns may leave."""

from supporters import clock
from supporters.audit_log.audit_events import Details, record_act
from supporters.database import db, use_case
from supporters.sending_times.acts import SendingTimesAct
from supporters.sending_times.models import SendingWindow
from supporters.sending_times.rules import Window, WindowFault, find_window_fault

THE_ONE = 1
DAYS = range(7)


def find_window() -> Window | None:
    """Return the sending window; None if campaigns may leave at any time."""
    row = db.session.get(SendingWindow, THE_ONE)
    if row is None:
        return None
    days = frozenset(day for day in DAYS if row.days & 1 << day)
    return Window(days=days, opens=row.opens, closes=row.closes)


def find_window_row() -> SendingWindow | None:
    """Return the stored window, with the account that changed it last."""
    return db.session.get(SendingWindow, THE_ONE)


@use_case
def change_window(window: Window, by_id: int | None) -> bool | WindowFault:
    """Set the sending window; return whether anything changed, or why it would never open.

    Workers read it within two seconds: a campaign that is being sent stops, or goes on.
    """
    if fault := find_window_fault(window):
        return fault
    row = db.session.get(SendingWindow, THE_ONE, with_for_update=True)
    if row is not None and find_window() == window:
        return False
    if row is None:
        row = SendingWindow(id=THE_ONE)
        db.session.add(row)
    row.days = sum(1 << day for day in window.days)
    row.opens, row.closes = window.opens, window.closes
    row.changed_at, row.changed_by = clock.now(), by_id
    days = ",".join(str(day + 1) for day in sorted(window.days))
    details: Details = {"days": days, "opens": window.opens, "closes": window.closes}
    record_act(SendingTimesAct.WINDOW_CHANGED, details=details)
    return True


@use_case
def remove_window() -> bool:
    """Let campaigns leave at any time; tell whether there was a window."""
    row = db.session.get(SendingWindow, THE_ONE, with_for_update=True)
    if row is None:
        return False
    db.session.delete(row)
    record_act(SendingTimesAct.WINDOW_REMOVED)
    return True
