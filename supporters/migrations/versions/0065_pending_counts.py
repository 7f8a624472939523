"""Counts of the addresses with an open request, kept while there are many (ADR 078)."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_count",
        sa.Column("list_ids", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("list_ids", name=op.f("pk_pending_count")),
    )


def downgrade() -> None:
    op.drop_table("pending_count")
