"""Tie erasures to the promises that their people got."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasure", sa.Column("holder", sa.LargeBinary(), nullable=True))
    op.create_index("ix_erasure_holder", "erasure", ["holder"], unique=True)
    op.add_column("pending_erasure", sa.Column("holder", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("pending_erasure", "holder")
    op.drop_index("ix_erasure_holder", table_name="erasure")
    op.drop_column("erasure", "holder")
