"""When the files of the database were last cleared of erased people."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disk_cleanup",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("too_large", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disk_cleanup")),
    )


def downgrade() -> None:
    """Drop the moment: the next night clears the files again."""
    op.drop_table("disk_cleanup")
