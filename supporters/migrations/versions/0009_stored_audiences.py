"""Store how many people campaigns to long lists reach, as a worker counted them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audience_count",
        sa.Column("selection", sa.Text, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("selection", name=op.f("pk_audience_count")),
    )


def downgrade() -> None:
    op.drop_table("audience_count")
