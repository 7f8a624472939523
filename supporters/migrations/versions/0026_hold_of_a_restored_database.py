"""A database that was put back holds all sending; machines know the database that they work on."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

REASONS = "'unknown', 'older', 'restored'"
MOMENTS = ("held_at", "lifted_at")


def upgrade() -> None:
    op.create_table(
        "machine",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_machine")),
    )
    with op.batch_alter_table("delivery_control") as control:
        for name in MOMENTS:
            control.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        control.add_column(sa.Column("held_because", sa.String(length=20), nullable=True))
        control.add_column(sa.Column("held_size", sa.BigInteger(), nullable=True))
        control.add_column(sa.Column("lifted_by_id", sa.BigInteger(), nullable=True))
        control.add_column(sa.Column("lifted_because", sa.String(length=500), nullable=True))
        control.create_check_constraint(
            op.f("ck_delivery_control_held_because"), f"held_because IN ({REASONS})"
        )
        control.create_foreign_key(
            op.f("fk_delivery_control_lifted_by_id"),
            "organiser",
            ["lifted_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Keep what is held stopped: the earlier version knows the emergency stop only."""
    op.execute(
        "UPDATE delivery_control SET stopped_at = coalesce(stopped_at, held_at)"
        " WHERE held_at IS NOT NULL"
    )
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_column("restored_at")
    with op.batch_alter_table("delivery_control") as control:
        control.drop_constraint(op.f("fk_delivery_control_lifted_by_id"), type_="foreignkey")
        control.drop_constraint(op.f("ck_delivery_control_held_because"), type_="check")
        for name in ("held_because", "held_size", "lifted_by_id", "lifted_because", *MOMENTS):
            control.drop_column(name)
    op.drop_table("machine")
