"""Note the score of a spam filter beside each test of a campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign_test", sa.Column("spam_tenths", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaign_test", "spam_tenths")
