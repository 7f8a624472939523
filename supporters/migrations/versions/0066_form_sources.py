"""Where visitors found the form of the team: totals by day."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_source_count",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["signup_form.id"],
            name=op.f("fk_form_source_count_form_id_signup_form"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("form_id", "source", "day", name=op.f("pk_form_source_count")),
    )


def downgrade() -> None:
    op.drop_table("form_source_count")
