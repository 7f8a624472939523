"""Let a campaign leave at an hour, and begin some time after its launch."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BEFORE = (
    *("draft", "awaiting_approval", "approved", "running", "paused", "sent", "cancelled"),
    "trashed",
)
COLUMNS = (
    ("send_at", MOMENT),
    ("scheduled_at", MOMENT),
    ("scheduled_by", sa.BigInteger()),
    ("scheduled_purpose_id", sa.Integer()),
    ("begins_at", MOMENT),
)


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        for name, kind in COLUMNS:
            campaign.add_column(sa.Column(name, kind, nullable=True))
        campaign.create_foreign_key(
            op.f("fk_campaign_scheduled_by"),
            *("organiser", ["scheduled_by"], ["id"]),
            ondelete="SET NULL",
        )
        campaign.create_foreign_key(
            op.f("fk_campaign_scheduled_purpose_id"), "purpose", ["scheduled_purpose_id"], ["id"]
        )
        _allow(campaign, *BEFORE, "scheduled")
        campaign.create_check_constraint(
            op.f("ck_campaign_scheduled"), "(status = 'scheduled') = (send_at IS NOT NULL)"
        )
    op.create_table(
        "sending_rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("late_limit_minutes", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_sending_rule_only_one")),
        sa.CheckConstraint(
            "late_limit_minutes BETWEEN 1 AND 1440", name=op.f("ck_sending_rule_late_limit")
        ),
        sa.ForeignKeyConstraint(
            *(["changed_by"], ["organiser.id"]),
            name=op.f("fk_sending_rule_changed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_rule")),
    )


def downgrade() -> None:
    """A planned campaign is approved again, and leaves when somebody launches it."""
    op.drop_table("sending_rule")
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f("ck_campaign_scheduled"), type_="check")
    op.execute("UPDATE campaign SET status = 'approved' WHERE status = 'scheduled'")
    with op.batch_alter_table("campaign") as campaign:
        _allow(campaign, *BEFORE)
        for name in ("fk_campaign_scheduled_by", "fk_campaign_scheduled_purpose_id"):
            campaign.drop_constraint(op.f(name), type_="foreignkey")
        for name, _ in reversed(COLUMNS):
            campaign.drop_column(name)


def _allow(campaign: BatchOperations, *statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    campaign.drop_constraint(op.f("ck_campaign_status"), type_="check")
    campaign.create_check_constraint(op.f("ck_campaign_status"), f"status IN ({listed})")
