"""Forms that couldn't be taken are kept for an hour; how often an account was written to."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COLUMNS = ("last_invited_at", "invitations", "is_address_unproved", "tested_on", "tests")


def upgrade() -> None:
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
    with op.batch_alter_table("organiser") as organiser:
        organiser.add_column(
            sa.Column("last_invited_at", sa.DateTime(timezone=True), nullable=True)
        )
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


def downgrade() -> None:
    with op.batch_alter_table("organiser") as organiser:
        for column in COLUMNS:
            organiser.drop_column(column)
    op.drop_table("kept_form")
