"""Frozen versions of campaigns, their approval and tests, the approval rule, and the preheader."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BEFORE = ("draft", "running", "paused", "sent", "cancelled")
STATUSES = ("draft", "awaiting_approval", "approved", "running", "paused", "sent", "cancelled")
ENDS = ("rejected", "withdrawn", "changed", "restored")
MOMENT = sa.DateTime(timezone=True)


def _allow(statuses: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f("ck_campaign_status"), type_="check")
        campaign.create_check_constraint(op.f("ck_campaign_status"), f"status IN ({listed})")


def _account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["organiser.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
    )


def _campaign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id"],
        ["campaign.id"],
        name=op.f(f"fk_{table}_campaign_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(
            sa.Column("preheader", sa.String(length=200), nullable=False, server_default="")
        )
    _allow(STATUSES)
    _make_versions()
    op.create_table(
        "campaign_test",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        _campaign("campaign_test"),
        _account("campaign_test", "organiser_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_test")),
    )
    op.create_index(op.f("ix_campaign_test_campaign_id"), "campaign_test", ["campaign_id"])
    op.create_table(
        "approval_rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alone_up_to", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_approval_rule_only_one")),
        sa.CheckConstraint("alone_up_to >= 0", name=op.f("ck_approval_rule_alone_up_to")),
        _account("approval_rule", "changed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
    )


def _make_versions() -> None:
    listed = ", ".join(f"'{end}'" for end in ENDS)
    op.create_table(
        "campaign_version",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_audience", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.String(length=20), nullable=True),
        sa.Column("remarks", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            f"ended_because IN ({listed})", name=op.f("ck_campaign_version_ended_because")
        ),
        _campaign("campaign_version"),
        *(_account("campaign_version", each) for each in ("asked_by", "approved_by", "ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_version")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_campaign_version_campaign_id_number")
        ),
    )


def downgrade() -> None:
    for table in ("approval_rule", "campaign_test", "campaign_version"):
        op.drop_table(table)
    op.execute(
        sa.text(
            "UPDATE campaign SET status = 'draft' WHERE status IN ('awaiting_approval', 'approved')"
        )
    )
    _allow(BEFORE)
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_column("preheader")
