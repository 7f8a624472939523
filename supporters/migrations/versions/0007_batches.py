"""Batches of a campaign's mails, its history, and the row that all workers look at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "delivery_batch",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_counts("accepted", "deferred", "refused", "skipped", "uncertain"),
        sa.CheckConstraint(
            "accepted >= 0 AND deferred >= 0 AND refused >= 0 AND skipped >= 0 AND uncertain >= 0"
            " AND accepted + deferred + refused + skipped + uncertain <= size",
            name=op.f("ck_delivery_batch_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_delivery_batch_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_delivery_batch")),
    )
    op.create_index(
        "ix_delivery_batch_campaign_id_due_at",
        "delivery_batch",
        ["campaign_id", "due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_batch_claimed_by",
        "delivery_batch",
        ["claimed_by"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_table(
        "delivery_interval",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        *_counts("accepted", "deferred", "refused", "uncertain"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_delivery_interval_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "started_at", name=op.f("pk_delivery_interval")),
    )
    control = op.create_table(
        "delivery_control",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_delivery_control_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_control")),
    )
    op.bulk_insert(control, [{"id": 1, "stopped_at": None, "next_slot_at": None}])


def downgrade() -> None:
    op.drop_table("delivery_control")
    op.drop_table("delivery_interval")
    op.drop_table("delivery_batch")
