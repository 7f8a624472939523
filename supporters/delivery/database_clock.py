"""The time of the database: machines agree on it, whatever their own clocks say."""

from datetime import datetime

from sqlalchemy import func, select

from supporters import clock
from supporters.database import db


def database_time() -> datetime:
    """Return the time by which the ledger is kept: the database's; SQLite has ours."""
    if db.session.connection().dialect.name == "sqlite":
        return clock.now()
    moment: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return moment
