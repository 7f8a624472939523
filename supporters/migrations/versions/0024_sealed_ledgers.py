"""Store sealed facts, the leaves of sealed ledgers, and the records of suppressions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = ("launched", "ledger", "ledger-opened", "ledger-purged", "ledger-erased", "counted")


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "sealed_fact",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_fact")),
    )
    op.create_index("ix_sealed_fact_kind_about_id", "sealed_fact", ["kind", "about_id"])
    op.create_table(
        "ledger_tile",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_ledger_tile_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_ledger_tile")),
    )
    with op.batch_alter_table("suppression") as batch:
        batch.add_column(sa.Column("record_id", sa.BigInteger(), nullable=True))
        batch.create_unique_constraint(op.f("uq_suppression_record_id"), ["record_id"])


def downgrade() -> None:
    with op.batch_alter_table("suppression") as batch:
        batch.drop_constraint(op.f("uq_suppression_record_id"), type_="unique")
        batch.drop_column("record_id")
    op.drop_table("ledger_tile")
    op.drop_index("ix_sealed_fact_kind_about_id", table_name="sealed_fact")
    op.drop_table("sealed_fact")
