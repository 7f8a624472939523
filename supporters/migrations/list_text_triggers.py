"""The triggers that renew the site's edition when a text of a list changes (ADR 061, ADR 067).

As a migration, this module is never changed: another set of triggers has a module of its own.
"""

from alembic import op

from supporters.migrations.edition_triggers import CHANGES, POSTGRESQL, SQLITE

TABLE = "list_text"


def create_list_text_triggers() -> None:
    """Create them, on SQLite or PostgreSQL. The function of the other tables is used."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL.format(table=TABLE))
        return
    for change in CHANGES:
        op.execute(SQLITE.format(change=change, table=TABLE))


def drop_list_text_triggers() -> None:
    """Drop them. The edition stays as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER renew_site_edition ON {TABLE}")
        return
    for change in CHANGES:
        op.execute(f"DROP TRIGGER renew_site_edition_{change}_{TABLE}")
