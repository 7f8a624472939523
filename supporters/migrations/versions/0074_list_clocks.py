"""The clock by which the meetings of a list begin; an empty text is the party's."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mailing_list",
        sa.Column("time_zone", sa.String(length=40), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("mailing_list", "time_zone")
