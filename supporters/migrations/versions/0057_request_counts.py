"""The limits of the public pages: counts that all processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_count",
        sa.Column("key_mac", sa.LargeBinary(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_mac", name=op.f("pk_request_count")),
    )
    op.create_index(op.f("ix_request_count_ends_at"), "request_count", ["ends_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_request_count_ends_at"), table_name="request_count")
    op.drop_table("request_count")
