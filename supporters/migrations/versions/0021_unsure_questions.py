"""Of questions written before, nobody knows whether they left: these people are asked again."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE subscriber SET asked_again_at = NULL WHERE asked_again_at IS NOT NULL")


def downgrade() -> None:
    """Leave it: who isn't known to have been asked is asked by the earlier code too."""
