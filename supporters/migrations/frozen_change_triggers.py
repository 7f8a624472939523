"""The trigger that freezes the texts of a consent change, for migrations that rebuild its table.

As a migration, this module is never changed: another trigger has a module of its own.
"""

from alembic import op

NAME = "keep_consent_change"
WORDS = "the texts of a consent change are frozen"
FROZEN = "purpose_id, kind, texts, text_hash, requested_by_id, requested_at"
SQLITE = f"""
CREATE TRIGGER {NAME} BEFORE UPDATE OF {FROZEN} ON consent_change BEGIN
  SELECT RAISE(ABORT, '{WORDS}');
END
"""
FUNCTION = f"""
CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{WORDS}' USING ERRCODE = '23514';
END $$;
"""
POSTGRESQL = f"""
CREATE TRIGGER {NAME} BEFORE UPDATE OF {FROZEN} ON consent_change
FOR EACH ROW EXECUTE FUNCTION {NAME}()
"""


def create_frozen_change_trigger() -> None:
    """Create it, on SQLite or PostgreSQL."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(POSTGRESQL)
        return
    op.execute(SQLITE)


def drop_frozen_change_trigger() -> None:
    """Drop it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {NAME} ON consent_change")
        op.execute(f"DROP FUNCTION {NAME}()")
        return
    op.execute(f"DROP TRIGGER {NAME}")
