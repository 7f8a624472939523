"""Make the key that hides addresses in hashes, sealed by the secret keys (ADR 013)."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

data_key = sa.table(
    "data_key",
    sa.column("name", sa.String),
    sa.column("sealed", sa.LargeBinary),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    sealed = current_app.extensions["sealer"].seal(secrets.token_bytes(32))
    now = datetime.now(UTC)
    op.execute(data_key.insert().values(name="addresses", sealed=sealed, created_at=now))


def downgrade() -> None:
    op.execute(data_key.delete().where(data_key.c.name == "addresses"))
