"""Requests for My data wait for a worker: an encrypted address, and no secret yet."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("access_ticket") as ticket:
        ticket.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        ticket.alter_column("token_hash", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    """Drop the requests that no worker has answered: their people ask again."""
    op.execute("DELETE FROM access_ticket WHERE token_hash IS NULL")
    with op.batch_alter_table("access_ticket") as ticket:
        ticket.alter_column("token_hash", existing_type=sa.LargeBinary(), nullable=False)
        ticket.drop_column("sealed")
