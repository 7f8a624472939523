"""Senders of lists, internal names of campaigns, and whether links of drafts answer."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OUTCOMES = ("answered", "gone", "troubled", "unknown_host", "unreachable", "insecure", "not_public")


def upgrade() -> None:
    for table, name, length in (
        ("mailing_list", "sender_name", 70),
        ("mailing_list", "reply_to", 254),
        ("campaign", "internal_name", 120),
    ):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column(table, column)
    op.create_table(
        "asked_link",
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                *OUTCOMES, name="outcome", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("url_hash", name=op.f("pk_asked_link")),
    )
    op.create_index(op.f("ix_asked_link_asked_at"), "asked_link", ["asked_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_asked_link_asked_at"), table_name="asked_link")
    op.drop_table("asked_link")
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_column("internal_name")
    with op.batch_alter_table("mailing_list") as mailing_list:
        mailing_list.drop_column("reply_to")
        mailing_list.drop_column("sender_name")
