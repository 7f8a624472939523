"""The triggers that renew the site's edition (ADR 061), for migrations that rebuild their tables.

SQLite rebuilds a table to change a constraint, and drops its triggers with it:

    drop_edition_triggers()
    with op.batch_alter_table("mailing_list") as batch: ...
    create_edition_triggers()

As a migration, this module is never changed: another set of triggers has a module of its own.
"""

from alembic import op

TABLES = (
    *("mailing_list", "list_purpose", "purpose", "optional_purpose", "wording", "controller"),
    *("retention_rule", "page_snapshot", "list_text", "list_thanks", "list_territory", "theme"),
    *("list_question", "question_text", "issue"),
    *("signup_form", "signup_form_text", "signup_form_list", "signup_form_question"),
)
CHANGES = ("INSERT", "UPDATE", "DELETE")
NEW_VALUE = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()::text"}
FUNCTION = """
CREATE FUNCTION renew_site_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE site_edition SET value = gen_random_uuid()::text;
  RETURN NULL;
END $$;
"""
POSTGRESQL = """
CREATE TRIGGER renew_site_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION renew_site_edition()
"""
SQLITE = """
CREATE TRIGGER renew_site_edition_{change}_{table} AFTER {change} ON {table} BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END
"""


def create_edition_triggers() -> None:
    """Create them, on SQLite or PostgreSQL."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        for table in TABLES:
            op.execute(POSTGRESQL.format(table=table))
        return
    for table in TABLES:
        for change in CHANGES:
            op.execute(SQLITE.format(change=change, table=table))


def drop_edition_triggers() -> None:
    """Drop them. The edition stays as it is."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER renew_site_edition ON {table}")
        op.execute("DROP FUNCTION renew_site_edition()")
        return
    for table in TABLES:
        for change in CHANGES:
            op.execute(f"DROP TRIGGER renew_site_edition_{change}_{table}")
