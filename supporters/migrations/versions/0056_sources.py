"""Where visitors found the signup page: a word on the request, and totals by day."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None
HAS_SOURCE = sa.text("source IS NOT NULL")


def upgrade() -> None:
    op.add_column("signup_request", sa.Column("source", sa.String(length=40), nullable=True))
    op.create_index(
        "ix_signup_request_source",
        "signup_request",
        ["source"],
        sqlite_where=HAS_SOURCE,
        postgresql_where=HAS_SOURCE,
    )
    op.create_table(
        "source_count",
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_source_count_mailing_list_id_mailing_list"),
        ),
        sa.PrimaryKeyConstraint(
            "mailing_list_id", "source", "day", name=op.f("pk_source_count")
        ),
    )


def downgrade() -> None:
    op.drop_table("source_count")
    op.drop_index("ix_signup_request_source", table_name="signup_request")
    op.drop_column("signup_request", "source")
