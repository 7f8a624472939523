"""Revisions of drafts, kept forms, how often an account was written to, mails that we cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UPDATED_BY = "fk_campaign_updated_by"
NEVER_MORE = "cancelled >= 0 AND cancelled <= skipped"
OF_ACCOUNTS = ("last_invited_at", "invitations", "is_address_unproved", "tested_on", "tests")


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        campaign.add_column(sa.Column("updated_by", sa.BigInteger(), nullable=True))
        campaign.create_foreign_key(
            op.f(UPDATED_BY), "organiser", ["updated_by"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("delivery_batch") as batch:
        batch.add_column(sa.Column("cancelled", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_delivery_batch_cancelled"), NEVER_MORE)
    _add_to_accounts()
    _make_kept_forms()


def _add_to_accounts() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("organiser") as organiser:
        organiser.add_column(sa.Column("last_invited_at", moment, nullable=True))
        organiser.add_column(
            sa.Column("invitations", sa.Integer(), nullable=False, server_default="1")
        )
        organiser.add_column(
            sa.Column(
                "is_address_unproved", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        organiser.add_column(sa.Column("tested_on", sa.Date(), nullable=True))
        organiser.add_column(sa.Column("tests", sa.Integer(), nullable=False, server_default="0"))


def _make_kept_forms() -> None:
    op.create_table(
        "kept_form",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organiser.id"],
            name=op.f("fk_kept_form_organiser_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_organiser_id"), "kept_form", ["organiser_id"])


def downgrade() -> None:
    op.drop_table("kept_form")
    with op.batch_alter_table("organiser") as organiser:
        for column in OF_ACCOUNTS:
            organiser.drop_column(column)
    with op.batch_alter_table("delivery_batch") as batch:
        batch.drop_constraint(op.f("ck_delivery_batch_cancelled"), type_="check")
        batch.drop_column("cancelled")
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint(op.f(UPDATED_BY), type_="foreignkey")
        campaign.drop_column("updated_by")
        campaign.drop_column("revision")
