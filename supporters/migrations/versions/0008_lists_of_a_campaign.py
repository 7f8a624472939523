"""Let a campaign go to several lists: the ledger refers to the list that allowed each email."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FOREIGN_KEY = "fk_delivery_campaign_id_purpose_id"
REFERRING = ["campaign_id", "purpose_id"]


def upgrade() -> None:
    op.create_table(
        "campaign_list",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("purpose_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("mailing_list_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_list_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
            name=op.f("fk_campaign_list_mailing_list_id_purpose_id"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "purpose_id", name=op.f("pk_campaign_list")),
    )
    op.create_index(op.f("ix_campaign_list_mailing_list_id"), "campaign_list", ["mailing_list_id"])
    op.execute(
        "INSERT INTO campaign_list (campaign_id, purpose_id, mailing_list_id, position)"
        " SELECT id, purpose_id, mailing_list_id, 0 FROM campaign"
    )
    _refer_to("campaign_list", REFERRING)


def downgrade() -> None:
    _refer_to("campaign", ["id", "purpose_id"])
    op.drop_index(op.f("ix_campaign_list_mailing_list_id"), "campaign_list")
    op.drop_table("campaign_list")


def _refer_to(table: str, columns: list[str]) -> None:
    """Let the ledger refer to another table. SQLite rebuilds it for that."""
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint(op.f(FOREIGN_KEY), type_="foreignkey")
        delivery.create_foreign_key(op.f(FOREIGN_KEY), table, REFERRING, columns)
