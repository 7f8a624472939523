"""Signup requests whose holder said "it wasn't me": void, and so for as long as they are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment."""
    op.add_column("signup_request", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Delete what was refused, as the code before did, and drop the moment."""
    op.execute("DELETE FROM signup_request WHERE refused_at IS NOT NULL")
    op.drop_column("signup_request", "refused_at")
