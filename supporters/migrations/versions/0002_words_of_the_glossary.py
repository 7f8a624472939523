"""Give the names that were left the words of the glossary: encrypted, stored, guess.

Sealed is an entry of the log and nothing else; an attempt is one try to send an email.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (  # table, name before, name from now on
    ("access_ticket", "sealed", "encrypted"),
    ("authenticator_app", "sealed", "encrypted"),
    ("data_key", "sealed", "encrypted"),
    ("outbox_email", "sealed", "encrypted"),
    ("password_reset", "sealed", "encrypted"),
    ("stored_form", "sealed", "encrypted"),
    ("stored_form", "kept_at", "stored_at"),
    ("signup_request", "code_attempts", "codes_typed"),
)
CONSTRAINT = sa.text(
    "SELECT 1 FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace"
    " WHERE n.nspname = current_schema() AND t.relname = :table AND c.conname = :name"
)


def upgrade() -> None:
    for table, before, after in COLUMNS:
        _rename(table, before, after)
    _move(("attempt_count", "attempts"), ("guess_count", "guesses"))


def downgrade() -> None:
    _move(("guess_count", "guesses"), ("attempt_count", "attempts"))
    for table, before, after in reversed(COLUMNS):
        _rename(table, after, before)


def _rename(table: str, before: str, after: str) -> None:
    """Rename a column, and its constraint: a newer PostgreSQL names NOT NULL by the column."""
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        name = f"{table}_{before}_not_null"
        if connection.scalar(CONSTRAINT, {"table": table, "name": name}):
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {table}_{after}_not_null")


def _move(before: tuple[str, str], after: tuple[str, str]) -> None:
    """Make the table of counts with another name, and copy its rows. SQLite renames no key."""
    table, counted = after
    op.create_table(
        table,
        sa.Column("key_mac", sa.LargeBinary, nullable=False),
        sa.Column(counted, sa.Integer, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_mac", name=op.f(f"pk_{table}")),
    )
    op.execute(
        f"INSERT INTO {table} (key_mac, {counted}, last_at, blocked_until, forgotten_at)"
        f" SELECT key_mac, {before[1]}, last_at, blocked_until, forgotten_at FROM {before[0]}"
    )
    op.drop_table(before[0])
    op.create_index(op.f(f"ix_{table}_forgotten_at"), table, ["forgotten_at"])
