"""Store what each machine is and runs, and when each secret key was seen and became the newest."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TYPES: dict[str, Any] = {
    "host": sa.String(64),
    "version": sa.String(64),
    "clock_ahead_ms": sa.Integer(),
    "pages_seen_at": MOMENT,
    "pages_keys": sa.Text(),
    "pages_version": sa.String(64),
    "lost_at": MOMENT,
}


def upgrade() -> None:
    for name, kind in TYPES.items():
        op.add_column("machine", sa.Column(name, kind, nullable=True))
    op.create_table(
        "secret_key",
        sa.Column("fingerprint", sa.String(8), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("newest_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_secret_key")),
    )


def downgrade() -> None:
    op.drop_table("secret_key")
    for name in reversed(TYPES):
        op.drop_column("machine", name)
