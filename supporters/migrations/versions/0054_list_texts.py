"""The language, order and offer of a list, whether it is a draft, and its texts by language."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

COLUMNS = (
    ("language", sa.String(length=5), "fr"),
    ("position", sa.Integer(), "0"),
    ("is_offered_elsewhere", sa.Boolean(), sa.true()),
    ("is_draft", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        column = sa.Column(name, kind, server_default=default, nullable=False)
        op.add_column("mailing_list", column)
    op.create_table(
        "list_text",
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_list_text_has_a_name")),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_list_text_mailing_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mailing_list_id", "language", name=op.f("pk_list_text")),
    )


def downgrade() -> None:
    op.drop_table("list_text")
    for name, _, _ in reversed(COLUMNS):
        op.drop_column("mailing_list", name)
