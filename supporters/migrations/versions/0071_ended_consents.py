"""No subscription rests on an ended consent, and campaigns count whom they left out (ADR 080)."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.ended_consent_triggers import (
    create_ended_consent_triggers,
    drop_ended_consent_triggers,
)

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "campaign", sa.Column("left_out", sa.Integer(), server_default="0", nullable=False)
    )
    create_ended_consent_triggers()


def downgrade() -> None:
    drop_ended_consent_triggers()
    op.drop_column("campaign", "left_out")
