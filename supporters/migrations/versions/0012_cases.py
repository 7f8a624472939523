"""Cases: what people ask or complain of, with their clock."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "contested",
    "complaint",
)
CHANNELS = ("page", "mail", "post", "phone")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_rights_case_{column}"))


def upgrade() -> None:
    op.create_table(
        "rights_case",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _one_of("kind", KINDS),
        _one_of("channel", CHANNELS),
        sa.CheckConstraint(
            "(extended_at IS NULL) = (extension_reason IS NULL)",
            name=op.f("ck_rights_case_extended_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_rights_case_closed_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_rights_case_campaign_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_rights_case_subscriber_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_case")),
    )
    op.create_index("ix_rights_case_campaign_id", "rights_case", ["campaign_id"])
    op.create_index("ix_rights_case_closed_at_due_at", "rights_case", ["closed_at", "due_at"])
    op.create_index("ix_rights_case_subscriber_id", "rights_case", ["subscriber_id"])


def downgrade() -> None:
    op.drop_table("rights_case")
