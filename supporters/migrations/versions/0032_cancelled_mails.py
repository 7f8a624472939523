"""Counts the mails of earlier campaigns that we cancelled, apart from those of people who left."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE delivery_batch SET cancelled = ("
        " SELECT count(*) FROM delivery"
        " WHERE delivery.campaign_id = delivery_batch.campaign_id"
        " AND delivery.batch = delivery_batch.number"
        " AND delivery.status = 'skipped' AND delivery.reply = 'cancelled')"
        " WHERE campaign_id IN (SELECT id FROM campaign WHERE status = 'cancelled')"
    )


def downgrade() -> None:
    op.execute("UPDATE delivery_batch SET cancelled = 0")
