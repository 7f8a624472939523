"""The retention time of the audit log, and an index for the acts on one object."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

AUDIT = "audit"


def upgrade() -> None:
    op.create_index("ix_audit_event_object_id_id", "audit_event", ["object_id", "id"])
    rule = sa.table(
        "retention_rule",
        sa.column("category", sa.String),
        sa.column("days", sa.Integer),
        sa.column("basis", sa.Text),
        sa.column("note", sa.Text),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        rule,
        [
            {
                "category": AUDIT,
                "days": 1095,
                "basis": "accountability",
                "note": "acts-of-team",
                "created_at": datetime.now(UTC),
            }
        ],
    )


def downgrade() -> None:
    for table in ("retention_result", "retention_change", "retention_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE category = '{AUDIT}'"))  # noqa: S608
    op.drop_index("ix_audit_event_object_id_id", "audit_event")
