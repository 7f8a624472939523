"""Campaigns, and the ledger of their mails."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "running",
                "paused",
                "sent",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("audience", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=60), nullable=True),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["organiser.id"],
            name=op.f("fk_campaign_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["mailing_list.id", "mailing_list.purpose_id"],
            name=op.f("fk_campaign_mailing_list_id_purpose_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("id", "purpose_id", name=op.f("uq_campaign_id_purpose_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delivery",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("consent_event_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_kind", sa.String(length=20), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "claimed",
                "accepted",
                "deferred",
                "refused",
                "skipped",
                "uncertain",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(length=40), nullable=True),
        sa.CheckConstraint("consent_kind = 'confirmed'", name=op.f("ck_delivery_confirmed")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "purpose_id"],
            ["campaign.id", "campaign.purpose_id"],
            name=op.f("fk_delivery_campaign_id_purpose_id"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name=op.f("fk_delivery_consent"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "subscriber_id", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_campaign_id_batch_status", "delivery", ["campaign_id", "batch", "status"]
    )
    op.create_index("ix_delivery_subscriber_id", "delivery", ["subscriber_id"])
    op.create_index(
        "ix_delivery_claimed_by",
        "delivery",
        ["claimed_by"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("campaign")
