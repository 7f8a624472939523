"""Cheaper functions of the triggers that keep counts (ADR 052)."""

from alembic import op

from supporters.migrations.cheaper_count_triggers import (
    make_count_triggers_as_before,
    make_count_triggers_cheaper,
)

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        make_count_triggers_cheaper()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        make_count_triggers_as_before()
