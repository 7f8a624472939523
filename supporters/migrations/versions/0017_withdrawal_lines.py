"""Store the lines of withdrawals for a month, so that each machine copies those of the others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal_line",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_line")),
    )
    op.create_index(op.f("ix_withdrawal_line_stored_at"), "withdrawal_line", ["stored_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_withdrawal_line_stored_at"), table_name="withdrawal_line")
    op.drop_table("withdrawal_line")
