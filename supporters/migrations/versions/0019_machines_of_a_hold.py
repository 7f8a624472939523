"""Store during which hold a new machine joined: it has nothing that a replay could read."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("machine", sa.Column("new_in_hold", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("machine", "new_in_hold")
