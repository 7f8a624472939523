"""The trash of drafts, the saved texts of campaigns, and how long both are kept."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DRAFTS = "drafts"
BEFORE = ("draft", "awaiting_approval", "approved", "running", "paused", "sent", "cancelled")


def _allow(*statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f("ck_campaign_status"), type_="check")
        campaign.create_check_constraint(op.f("ck_campaign_status"), f"status IN ({listed})")


def _account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["organiser.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
    )


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("trashed_at", MOMENT, nullable=True))
        campaign.add_column(sa.Column("trashed_by", sa.BigInteger(), nullable=True))
        campaign.create_foreign_key(
            op.f("fk_campaign_trashed_by"),
            "organiser",
            ["trashed_by"],
            ["id"],
            ondelete="SET NULL",
        )
        campaign.create_check_constraint(
            op.f("ck_campaign_trashed"), "(status = 'trashed') = (trashed_at IS NOT NULL)"
        )
    _allow(*BEFORE, "trashed")
    op.create_table(
        "saved_text",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preheader", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("saved_by", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("restored_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_saved_text_campaign_id"),
            ondelete="CASCADE",
        ),
        _account("saved_text", "saved_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_text")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_saved_text_campaign_id_number")),
    )
    _add_rule()


def _add_rule() -> None:
    rule = sa.table(
        "retention_rule",
        sa.column("category", sa.String),
        sa.column("days", sa.Integer),
        sa.column("basis", sa.Text),
        sa.column("note", sa.Text),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    row = {
        "category": DRAFTS,
        "days": 30,
        "basis": "undoing-mistakes",
        "note": "trash-and-history",
        "created_at": datetime.now(UTC),
    }
    op.bulk_insert(rule, [row])


def downgrade() -> None:
    for table in ("retention_result", "retention_change", "retention_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE category = '{DRAFTS}'"))  # noqa: S608
    op.drop_table("saved_text")
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f("ck_campaign_trashed"), type_="check")
    op.execute(sa.text("UPDATE campaign SET status = 'draft' WHERE status = 'trashed'"))
    _allow(*BEFORE)
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f("fk_campaign_trashed_by"), type_="foreignkey")
        campaign.drop_column("trashed_by")
        campaign.drop_column("trashed_at")
