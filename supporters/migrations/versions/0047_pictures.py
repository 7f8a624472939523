"""Pictures of campaigns, the campaigns that use them, and how long unused ones are kept."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PICTURES = "pictures"


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "format",
            sa.Enum("jpg", "png", name="format", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("is_decoration", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["uploaded_by"],
            ["organiser.id"],
            name=op.f("fk_picture_uploaded_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("hash", name=op.f("uq_picture_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_picture_name")),
    )
    op.create_table(
        "picture_use",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("picture_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_picture_use_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_picture_use_picture_id")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "version", "picture_id", name=op.f("pk_picture_use")
        ),
    )
    op.create_index(op.f("ix_picture_use_picture_id"), "picture_use", ["picture_id"])
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
        "category": PICTURES,
        "days": 365,
        "basis": "showing-our-work",
        "note": "unused-pictures",
        "created_at": datetime.now(UTC),
    }
    op.bulk_insert(rule, [row])


def downgrade() -> None:
    for table in ("retention_result", "retention_change", "retention_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE category = '{PICTURES}'"))  # noqa: S608
    op.drop_index(op.f("ix_picture_use_picture_id"), table_name="picture_use")
    op.drop_table("picture_use")
    op.drop_table("picture")
