"""Add what is known after a sending: departures, visits of the archive, and following campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departure_count",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "shard >= 0 AND shard < 16", name=op.f("ck_departure_count_shard")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "hour", "shard", name=op.f("pk_departure_count")
        ),
    )
    op.create_table(
        "visit_count",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.CheckConstraint("visits > 0", name=op.f("ck_visit_count_visits")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["issue.campaign_id"],
            name=op.f("fk_visit_count_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "day", name=op.f("pk_visit_count")),
    )
    op.create_table(
        "follow_up",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("followed_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.CheckConstraint("campaign_id <> followed_id", name=op.f("ck_follow_up_another")),
        sa.CheckConstraint("kind IN ('same_people', 'missed')", name=op.f("ck_follow_up_kind")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_follow_up_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["campaign.id"], name=op.f("fk_follow_up_followed_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_followed_id"), "follow_up", ["followed_id"])


def downgrade() -> None:
    op.drop_table("follow_up")
    op.drop_table("visit_count")
    op.drop_table("departure_count")
