"""Campaigns launched before have batches too; a mail in hand then is uncertain."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE delivery SET status = 'uncertain', reply = 'upgrade',"
        " settled_at = CURRENT_TIMESTAMP WHERE status = 'claimed'"
    )
    op.execute(
        """
        INSERT INTO delivery_batch (campaign_id, number, size, due_at, claimed_at, claimed_by,
                                    accepted, deferred, refused, skipped, uncertain)
        SELECT campaign_id, batch, count(*),
               min(CASE WHEN status IN ('queued', 'deferred') THEN next_attempt_at END),
               NULL, NULL,
               sum(CASE status WHEN 'accepted' THEN 1 ELSE 0 END),
               sum(CASE status WHEN 'deferred' THEN 1 ELSE 0 END),
               sum(CASE status WHEN 'refused' THEN 1 ELSE 0 END),
               sum(CASE status WHEN 'skipped' THEN 1 ELSE 0 END),
               sum(CASE status WHEN 'uncertain' THEN 1 ELSE 0 END)
        FROM delivery GROUP BY campaign_id, batch
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM delivery_batch")
