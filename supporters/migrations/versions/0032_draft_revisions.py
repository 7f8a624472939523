"""Drafts have a number that each change raises, and say who changed them last."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = "fk_campaign_updated_by"


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        campaign.add_column(sa.Column("updated_by", sa.BigInteger(), nullable=True))
        campaign.create_foreign_key(
            op.f(KEY), "organiser", ["updated_by"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f(KEY), type_="foreignkey")
        campaign.drop_column("updated_by")
        campaign.drop_column("revision")
