"""The triggers that refuse a subscription or an agreement whose consent has ended (ADR 080).

SQLite rebuilds a table to change a constraint, and drops its triggers with it. They also name
`consent_event`, so they are dropped while that table is rebuilt:

    drop_ended_consent_triggers()
    with op.batch_alter_table("subscription") as batch: ...
    create_ended_consent_triggers()

As a migration, this module is never changed: another set of triggers has a module of its own.
"""

from alembic import op

TABLES = ("subscription", "agreement")
NAME = "refuse_ended_consent"
WORDS = "the consent has ended: the person left or objected after it"
COLUMNS = "subscriber_id, purpose_id, consent_event_id"
HAS_ENDED = """EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id)))"""
SQLITE = f"""
CREATE TRIGGER {NAME}_{{event}}_{{table}} BEFORE {{when}} ON {{table}} WHEN {HAS_ENDED} BEGIN
  SELECT RAISE(ABORT, '{WORDS}');
END
"""
SQLITE_EVENTS = {"insert": "INSERT", "update": f"UPDATE OF {COLUMNS}"}
# A connection caches a plan, so it may read no table whole, as one for an empty table would.
FUNCTION = f"""
CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF {HAS_ENDED} THEN
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
POSTGRESQL = f"""
CREATE TRIGGER {NAME} BEFORE INSERT OR UPDATE OF {COLUMNS} ON {{table}}
FOR EACH ROW EXECUTE FUNCTION {NAME}()
"""


def create_ended_consent_triggers() -> None:
    """Create them, on SQLite or PostgreSQL. They don't look at rows that are there already."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        for table in TABLES:
            op.execute(POSTGRESQL.format(table=table))
        return
    for table in TABLES:
        for event, when in SQLITE_EVENTS.items():
            op.execute(SQLITE.format(event=event, when=when, table=table))


def drop_ended_consent_triggers() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {NAME} ON {table}")
        op.execute(f"DROP FUNCTION {NAME}()")
        return
    for table in TABLES:
        for event in SQLITE_EVENTS:
            op.execute(f"DROP TRIGGER {NAME}_{event}_{table}")
