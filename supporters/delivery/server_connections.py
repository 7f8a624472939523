"""How many connections the database accepts, for all web and worker processes together."""

from typing import NamedTuple

from sqlalchemy import text

from supporters.database import db
from supporters.pooler import stands_before

CONNECTIONS_OF_SERVER = text(
    "SELECT (SELECT sum(setting::int) FROM pg_settings"
    "  WHERE name IN ('superuser_reserved_connections', 'reserved_connections')) AS reserved,"
    " current_setting('max_connections')::int AS most,"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used"
)


class ServerConnections(NamedTuple):
    """The connections that PostgreSQL accepts, those in use, and whether PgBouncer shares them."""

    most: int
    used: int
    has_pooler: bool


def find_server_connections() -> ServerConnections | None:
    """Return the connections of PostgreSQL; SQLite has no server."""
    if db.engine.dialect.name != "postgresql":
        return None
    row = db.session.execute(CONNECTIONS_OF_SERVER).one()
    has_pooler = stands_before(db.engine)
    return ServerConnections(most=row.most - row.reserved, used=row.used, has_pooler=has_pooler)
