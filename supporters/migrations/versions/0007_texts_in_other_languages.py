"""Give campaigns texts in other languages, with their histories, and the ledger their language."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_campaign_id_language", "campaign", ["id", "language"], unique=True)
    op.create_table(
        "campaign_text",
        sa.Column("campaign_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("first_language", sa.String(5), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("preheader", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", sa.BigInteger, nullable=True),
        sa.CheckConstraint(
            "language <> first_language", name=op.f("ck_campaign_text_other_language")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "first_language"],
            ["campaign.id", "campaign.language"],
            name=op.f("fk_campaign_text_campaign_id_first_language"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"],
            ["organiser.id"],
            name=op.f("fk_campaign_text_updated_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "language", name=op.f("pk_campaign_text")),
    )
    is_other = sa.Column("is_other", sa.Boolean, server_default=sa.false(), nullable=False)
    op.add_column("saved_text", is_other)
    op.add_column("campaign_test", sa.Column("language", sa.String(5), nullable=True))
    op.add_column("delivery", sa.Column("language", sa.String(5), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "language")
    op.drop_column("campaign_test", "language")
    op.execute("DELETE FROM saved_text WHERE is_other")
    op.drop_column("saved_text", "is_other")
    op.drop_table("campaign_text")
    op.drop_index("ix_campaign_id_language", "campaign")
