"""What the relay answered to a campaign of late: many refusals of us hold it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COLUMNS = ("recent_answers", "recent_refusals", "recent_refusals_of_us")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "campaign", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("campaign", name)
