"""Removes the deleted bytes of erased people from the files of PostgreSQL, at night.

PostgreSQL frees the place of a deleted row, and overwrites it whenever something else takes it: in
an index after months. Each table of people is rewritten while it may not make any page wait for
more than two seconds. A larger one gets new indexes, which no page waits for, and is named by
`flask doctor`. Between two tables, pages have as much time as they lost: a page that needs both
waits for one of them only. On SQLite an erasure overwrites what it deletes.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from flask_babel import to_user_timezone
from sqlalchemy import Connection, delete, select, text
from sqlalchemy.exc import OperationalError

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.record_models import Erasure
from supporters.database import db, in_transaction, transaction
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.personal_data.data_registry import list_data_sources
from supporters.personal_data.models import DiskCleanup
from supporters.pooler import stands_before

QUIET_HOURS = range(2, 5)
BETWEEN_CLEANUPS = timedelta(hours=20)
LOCK_MILLISECONDS, WHOLE_MILLISECONDS = 500, 1_500  # a page waits for both at most
INVALID_INDEXES = text(
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT i.indisvalid AND c.relname ~ '_ccnew[0-9]*$'"
)
log = structlog.get_logger(__name__)


class CampaignBegan(Exception):
    """A campaign is being sent: the rest of the tables wait until it ends."""


class PoolerInTheWay(Exception):
    """PgBouncer stands before the database."""


def clear_if_due(now: datetime) -> bool:
    """Clear the files at night, if somebody was erased since; tell whether it was done."""
    if not is_postgresql() or to_user_timezone(now).hour not in QUIET_HOURS:
        return False
    if has_pooler():
        return False  # its limits of time would be another one's: `flask doctor` says what to do
    with transaction():
        Lock.DISK_CLEANUP.take()
        last = find_last_cleanup()
        if last is not None and now < last.began_at + BETWEEN_CLEANUPS:
            return False
        if is_campaign_leaving() or not is_anybody_erased_since(last.began_at if last else None):
            return False
        _record(now, too_large=_list_tables())  # until it ends
    try:
        clear_disk(now)
    except CampaignBegan:
        log.info("disk.clearing_stopped")
        with transaction():
            db.session.execute(delete(DiskCleanup))  # it is due again after the campaign
        return False
    return True


def clear_disk(now: datetime, *, is_waiting_allowed: bool = False) -> Sequence[str]:
    """Rewrite the tables of people; return those that were too large for it.

    With `is_waiting_allowed` pages may wait as long as it takes, and no table is too large. On
    SQLite there is nothing to do. Raises CampaignBegan as soon as a campaign is being sent, and
    PoolerInTheWay.
    """
    if has_pooler():
        raise PoolerInTheWay
    if is_campaign_leaving():
        raise CampaignBegan
    if not is_postgresql():
        return []
    tables = _list_tables()
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            left = [*_rewrite(connection, tables, is_waiting_allowed=is_waiting_allowed)]
        finally:
            connection.invalidate()  # no other user of the pool gets its time limits
    with transaction():
        _record(now, too_large=left)
    log.info("disk.cleared", tables=len(tables) - len(left), too_large=left)
    return left


def _list_tables() -> list[str]:
    return sorted({source.table for source in list_data_sources()})


def is_postgresql() -> bool:
    """Tell whether the database keeps deleted bytes in its files."""
    return db.engine.dialect.name == "postgresql"


def has_pooler() -> bool:
    """Tell whether PgBouncer stands before the database: no session has its own limits then."""
    return stands_before(db.engine)


def find_last_cleanup() -> DiskCleanup | None:
    """Return the last clean-up."""
    return db.session.scalar(select(DiskCleanup).limit(1))


def is_anybody_erased_since(moment: datetime | None) -> bool:
    """Tell whether somebody was erased after a moment, or ever."""
    erased = select(Erasure.id).limit(1)
    if moment is not None:
        erased = erased.where(Erasure.occurred_at > moment)
    return db.session.scalar(erased) is not None


def is_campaign_leaving(connection: Connection | None = None) -> bool:
    """Tell whether a campaign is being sent: then nothing is rewritten."""
    running = select(Campaign.id).where(Campaign.status == CampaignStatus.RUNNING).limit(1)
    return (connection or db.session).scalar(running) is not None


@in_transaction
def _record(now: datetime, *, too_large: list[str]) -> None:
    """Record the clean-up that began now, in place of the one before."""
    db.session.execute(delete(DiskCleanup))
    db.session.add(DiskCleanup(id=new_id(now), began_at=now, too_large=too_large))


def _rewrite(
    connection: Connection, tables: Iterable[str], *, is_waiting_allowed: bool
) -> Iterable[str]:
    """Rewrite tables; yield those that still have deleted rows, with new indexes all the same."""
    quote = connection.dialect.identifier_preparer.quote
    for index in connection.scalars(INVALID_INDEXES).all():
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
    for table in tables:
        if is_campaign_leaving(connection):
            raise CampaignBegan
        _limit(connection, is_limited=not is_waiting_allowed)
        began = time.monotonic()
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {quote(table)}")
            time.sleep(time.monotonic() - began)
        except OperationalError:
            _limit(connection, is_limited=False)
            connection.exec_driver_sql(f"VACUUM {quote(table)}")
            connection.exec_driver_sql(f"REINDEX TABLE CONCURRENTLY {quote(table)}")
            yield table


def _limit(connection: Connection, *, is_limited: bool) -> None:
    lock, whole = (LOCK_MILLISECONDS, WHOLE_MILLISECONDS) if is_limited else (0, 0)
    connection.exec_driver_sql(f"SET lock_timeout = {lock}")
    connection.exec_driver_sql(f"SET statement_timeout = {whole}")
