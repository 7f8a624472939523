"""A hold of signup emails names the networks and domains that caused it."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signup_hold", sa.Column("causes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the causes: a hold that has not ended is one of everybody then."""
    op.drop_column("signup_hold", "causes")
