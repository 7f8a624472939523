"""A batch is claimed, not each mail: what told of claims goes, and two indexes with it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = "'queued', 'accepted', 'deferred', 'refused', 'skipped', 'uncertain'"


def upgrade() -> None:
    op.drop_index("ix_delivery_claimed_by", "delivery")
    op.drop_index("ix_delivery_campaign_id_batch_status", "delivery")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint(op.f("ck_delivery_status"), type_="check")
        delivery.create_check_constraint(op.f("ck_delivery_status"), f"status IN ({STATES})")
        delivery.drop_column("claimed_at")
        delivery.alter_column(
            "claimed_by", new_column_name="left_by", existing_type=sa.String(length=40)
        )
    op.create_index("ix_delivery_campaign_id_batch", "delivery", ["campaign_id", "batch"])
    if op.get_bind().dialect.name == "postgresql":
        # Room in each page for the result of each of its mails: an update then costs half.
        op.execute("ALTER TABLE delivery SET (fillfactor = 45)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE delivery RESET (fillfactor)")
    op.drop_index("ix_delivery_campaign_id_batch", "delivery")
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column(
            "left_by", new_column_name="claimed_by", existing_type=sa.String(length=40)
        )
        delivery.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        delivery.drop_constraint(op.f("ck_delivery_status"), type_="check")
        delivery.create_check_constraint(
            op.f("ck_delivery_status"), f"status IN ({STATES}, 'claimed')"
        )
    op.create_index(
        "ix_delivery_campaign_id_batch_status", "delivery", ["campaign_id", "batch", "status"]
    )
    op.create_index(
        "ix_delivery_claimed_by",
        "delivery",
        ["claimed_by"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
