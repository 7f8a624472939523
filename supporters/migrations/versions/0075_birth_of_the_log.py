"""Seals the first checkpoint, and the restorations and rules under the key that everybody knows.

Later ones have a key of ours, and the log can't begin again unnoticed.
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

BIRTH, OPEN_RECORDS = "log-birth", "log-open-records"
UNBORN = "log-birth: none"

data_key = sa.table(
    "data_key",
    sa.column("name", sa.String),
    sa.column("sealed", sa.LargeBinary),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
log_head = sa.table("log_head", sa.column("size", sa.BigInteger), sa.column("checkpoint", sa.Text))
log_entry = sa.table(
    "log_entry",
    sa.column("kind", sa.String),
    sa.column("record_id", sa.BigInteger),
    sa.column("commitment", sa.LargeBinary),
)


def upgrade() -> None:
    connection = op.get_bind()
    first = sa.select(log_head.c.checkpoint).order_by(log_head.c.size).limit(1)
    _seal(BIRTH, connection.execute(first).scalar() or UNBORN)
    opened = sa.select(log_entry).where(log_entry.c.kind.in_(["restored", "rule"]))
    listed = [
        [row.kind, row.record_id, row.commitment.hex()]
        for row in connection.execute(opened.order_by(log_entry.c.record_id))
    ]
    if listed:
        _seal(OPEN_RECORDS, json.dumps(listed))


def _seal(name: str, text: str) -> None:
    sealed = current_app.extensions["sealer"].seal(text.encode())
    row = {"name": name, "sealed": sealed, "created_at": datetime.now(UTC)}
    op.execute(data_key.insert().values(**row))


def downgrade() -> None:
    """Forget both. The version before calls the restorations since the upgrade altered."""
    op.execute(data_key.delete().where(data_key.c.name.in_([BIRTH, OPEN_RECORDS])))
