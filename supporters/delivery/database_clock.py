"""The database's clock: machines use it, because their own clocks may differ."""

from datetime import datetime

from sqlalchemy import func, select

from supporters import clock
from supporters.database import db


def database_time() -> datetime:
    """Return the time of the ledger: the database's clock; on SQLite, our own."""
    if db.session.connection().dialect.name == "sqlite":
        return clock.now()
    moment: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return moment
