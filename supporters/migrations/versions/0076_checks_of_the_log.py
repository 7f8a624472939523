"""Two more reasons for a hold; whether the consents of a campaign's audience were checked."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

RULE = "ck_delivery_control_held_because"
BEFORE = "'unknown', 'older', 'restored'"
REASONS = f"{BEFORE}, 'begun-again', 'faulty'"
MOMENTS = ("audience_check_began_at", "audience_checked_at")


def upgrade() -> None:
    _take_only(REASONS)
    for name in MOMENTS:
        op.add_column("campaign", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE campaign SET audience_checked_at = launched_at")


def downgrade() -> None:
    """Keep what is held: the version before calls it a restored backup."""
    op.execute(
        "UPDATE delivery_control SET held_because = 'restored'"
        " WHERE held_because IN ('begun-again', 'faulty')"
    )
    _take_only(BEFORE)
    for name in MOMENTS:
        op.drop_column("campaign", name)


def _take_only(reasons: str) -> None:
    with op.batch_alter_table("delivery_control") as control:
        control.drop_constraint(op.f(RULE), type_="check")
        control.create_check_constraint(op.f(RULE), f"held_because IN ({reasons})")
